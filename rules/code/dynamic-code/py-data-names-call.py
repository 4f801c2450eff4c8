import importlib

for step in steps:
    # ruleid: py-data-names-call
    getattr(importlib.import_module(step["module"]), step["name"])(*step["args"])
# ruleid: py-data-names-call
getattr(__import__(row["m"]), row["f"])()
# ok: py-data-names-call
getattr(importlib.import_module("tabletext.plugins"), name)()
# ok: py-data-names-call
getattr(options, options["name"])()
