"""Attacks that were published, re-enacted inert and varied: every case is an update of a small package.

`cases.all_cases()` yields them, the same on every machine. Hosts end in `.invalid`, addresses and keys are made up, no
payload works. `benchmarks/recall.py` judges them all, `tests/codescan/test_variations.py` a sample.
"""
