require "strong_password/entropy"

module StrongPassword
end
