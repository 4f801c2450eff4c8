"""Messages to people: what is new, to whom, by which channel."""
