Gem::Specification.new do |s|
  s.name = "rest-client"
  s.version = "1.6.13"
  s.summary = "Requests"
  s.authors = ["somebody"]
  s.files = ["lib/restclient.rb", "lib/restclient/request.rb"]
end
