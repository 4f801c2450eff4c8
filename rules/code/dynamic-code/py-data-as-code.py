import json

for rule in json.loads(text):
    # ruleid: py-data-as-code
    eval(rule["when"])
    # ruleid: py-data-as-code
    exec(rule.get("then", ""))
# ok: py-data-as-code
exec(text)
# ok: py-data-as-code
run(rule["then"])
