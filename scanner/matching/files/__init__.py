"""What betrays a campaign in the files themselves: their digests, names, text, metadata, and what they make run.

`search.Search` is built once for a scan and fed with every file, in pieces; `judge.judge` makes findings of what it
met. Nothing is imported here: a scan of one lockfile needs none of it.
"""
