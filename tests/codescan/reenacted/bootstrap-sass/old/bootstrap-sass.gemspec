Gem::Specification.new do |s|
  s.name = "bootstrap-sass"
  s.version = "3.2.0.2"
  s.summary = "Styles"
  s.authors = ["somebody"]
end
