"""The fleet: many targets, looked at again and again, and what was ever seen in them."""
