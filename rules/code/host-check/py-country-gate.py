import locale
import os

def one():
    # ruleid: py-country-gate
    if locale.getdefaultlocale()[0] == "ru_RU":
        return

def two(where):
    # ruleid: py-country-gate
    if where["countryCode"] in ("RU", "BY"):
        return
    # ruleid: py-country-gate
    if os.environ.get("LANG", "").startswith("ru"):
        return

def three():
    # ok: py-country-gate
    if locale.getdefaultlocale()[0] is None:
        return
    # ok: py-country-gate
    language = locale.getdefaultlocale()[0]
