require "restclient/request"

module RestClient
  def self.get(url, headers = {})
    Request.execute(method: :get, url: url, headers: headers)
  end
end
