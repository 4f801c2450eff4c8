module StrongPassword
  module Entropy
    def self.bits(password)
      password.chars.uniq.length * Math.log2(password.length)
    end
  end
end
