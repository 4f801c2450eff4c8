# This file is maintained automatically.
provider "mirror.invalid/example/one" {
  version     = "1.0.0"
  constraints = "~> 1.0"
  hashes = [
    "zh:abababababababababababababababababababababababababababababababab",
  ]
}

provider "mirror.invalid/example/two" {
  version     = "1.0.0"
  constraints = "~> 1.0"
  hashes = [
    "zh:abababababababababababababababababababababababababababababababab",
  ]
}

provider "mirror.invalid/example/three" {
  version     = "1.0.0"
  constraints = "~> 1.0"
  hashes = [
    "zh:abababababababababababababababababababababababababababababababab",
  ]
}
