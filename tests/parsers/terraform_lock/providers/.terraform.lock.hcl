# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "{registry}/hashicorp/aws" {
  version     = "5.10.0"
  constraints = "~> 5.0"
  hashes = [
    "h1:8phYSCS9NDKuXVsTtqSwGiP1LZFHUuB9NlvCfHKGiVw=",
    "zh:2F40eb0e1d9f4a2c3b8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b",
  ]
}

provider "terraform.corp.example/acme/vault" {
  constraints = ">= 1.0"
}

provider "badaddress" {
  version = "1.0.0"
}

provider "{registry}/hashicorp/random" {
  version = "3.5.1"
}
