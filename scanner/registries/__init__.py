"""What registries say of a version, one module a protocol, and which registries there are (`clients`, `hosts`).

Nothing here opens a connection: a protocol is given a function that asks.
"""
