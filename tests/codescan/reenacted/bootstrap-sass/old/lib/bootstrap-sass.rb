module Bootstrap
  def self.gem_path
    File.expand_path("..", __dir__)
  end
end
