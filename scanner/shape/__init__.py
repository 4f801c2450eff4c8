"""Typed reading of untrusted JSON, TOML, YAML and XML: bounded, tolerant of encodings, honest about duplicates.

One module a notation, so that a reader of JSON pays for no XML. Every complaint is an `InputError` that says where.
"""

MAX_BYTES = 512 * 1024 * 1024
"""Largest document that is parsed; more is refused with a problem."""
MAX_DEPTH = 200
"""Deepest nesting that our own walks follow."""
MAX_OBJECTS = 10_000_000
"""Most objects and lists of one JSON document: an empty one takes a hundred times its bytes in memory."""
MAX_NODES = 20_000_000
"""Most values that one document may unfold to (YAML aliases)."""
