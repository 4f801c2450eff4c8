Gem::Specification.new do |s|
  s.name = "strong_password"
  s.version = "0.0.7"
  s.summary = "How strong a password is"
  s.authors = ["somebody"]
end
