module RestClient
  class Request
    def self.execute(args)
      new(args).execute
    end
  end
end
