"""The same code written otherwise: renamed, squeezed, its strings split or encoded, or packed as a whole.

Deterministic for a given random state. What comes out need not run, but reads as the language that it is.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable, Mapping

Text = Callable[[str, str, random.Random], str]
"""Code, its language, chance → code."""

_ANY_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`")
_DECLARED = {
    "js": re.compile(r"\b(?:const|let|var|function)\s+([a-zA-Z_]\w+)"),
    "py": re.compile(r"^[ \t]*(?:def ([a-z_]\w+)\(|([a-z_]\w+) \+?= )", re.MULTILINE),
    "rb": re.compile(r"^\s*([a-z_]\w+) = ", re.MULTILINE),
    "php": re.compile(r"(\$[a-z]\w+) = "),
    "go": re.compile(r"\b([a-z]\w+)(?:, \w+)? := "),
}
_KEPT = frozenset(("module", "exports", "init", "os", "fs", "path", "find_spec", "exec_module"))
_NAMES = ("handler", "entry", "state", "cursor", "payloads", "item", "node", "buffer", "context", "worker", "index",
          "scope", "record", "queue", "store", "slot", "packet", "frame", "unit", "layer", "stage")  # fmt: skip


def plain(text: str, language: str, chance: random.Random) -> str:
    """As it was published."""
    return text


def renamed(text: str, language: str, chance: random.Random) -> str:
    """Every name that it declares is another."""
    return _rename(text, language, [f"{name}{chance.randrange(10, 99)}" for name in chance.sample(_NAMES, len(_NAMES))])


def minified(text: str, language: str, chance: random.Random) -> str:
    """Short names, and no line break or blank that the language can do without."""
    text = _rename(text, language, [f"{a}{b}" for a in "etnrioacsl" for b in "QZKWJ"])
    lines = [line for line in text.splitlines() if line.strip()]
    if language == "js":
        return _outside(" ".join(line.strip() for line in lines), _tight) + "\n"
    return "\n".join(re.sub(r"^( {4})+", lambda found: " " * (len(found[0]) // 4), line) for line in lines) + "\n"


def split(text: str, language: str, chance: random.Random) -> str:
    """String literals in two or three pieces."""
    if language == "sh":
        return re.sub(r"\b(curl|wget|crontab|chmod|bash)\b", lambda found: found[1][:2] + '""' + found[1][2:], text)
    plus = " . " if language == "php" else " + "

    def pieces(value: str) -> str:
        cuts = sorted(chance.sample(range(1, len(value)), min(2, len(value) - 1)))
        parts = [value[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(value)], strict=True)]
        return "(" + plus.join(f'"{part}"' for part in parts) + ")"

    return _strings(text, language, pieces)


def base64_strings(text: str, language: str, chance: random.Random) -> str:
    """String literals in base64, decoded in place."""
    form = {
        "js": chance.choice(('Buffer.from("{}", "base64").toString()', 'atob("{}")')),
        "py": '__import__("base64").b64decode("{}").decode()',
        "rb": '"{}".unpack1("m0")',
        "php": 'base64_decode("{}")',
        "go": 'plain("{}")',
    }[language]
    done = _strings(text, language, lambda value: form.format(base64.b64encode(value.encode()).decode()))
    if language == "go":
        done += "\nfunc plain(s string) string {\n\tb, _ := base64.StdEncoding.DecodeString(s)\n\treturn string(b)\n}\n"
    return done


def hex_strings(text: str, language: str, chance: random.Random) -> str:
    """String literals in hexadecimal: digits that are decoded, or escapes."""
    form = {
        "js": 'Buffer.from("{}", "hex").toString()',
        "py": 'bytes.fromhex("{}").decode()',
        "rb": '["{}"].pack("H*")',
        "php": 'hex2bin("{}")',
        "go": 'plain("{}")',
    }[language]
    if language == "js" and chance.random() < 0.5:
        return _strings(text, language, lambda value: '"' + "".join(f"\\x{b:02x}" for b in value.encode()) + '"')
    done = _strings(text, language, lambda value: form.format(value.encode().hex()))
    if language == "go":
        done += "\nfunc plain(s string) string {\n\tb, _ := hex.DecodeString(s)\n\treturn string(b)\n}\n"
    return done


def codes(text: str, language: str, chance: random.Random) -> str:
    """String literals as lists of character codes."""
    form = {"js": "String.fromCharCode({})", "py": "bytes([{}]).decode()"}[language]
    return _strings(text, language, lambda value: form.format(", ".join(map(str, value.encode()))))


def xor(text: str, language: str, chance: random.Random) -> str:
    """String literals under a one-byte key."""
    key = chance.randrange(0x11, 0x7F)
    head = {
        "js": f'const un = (a) => a.map((c) => String.fromCharCode(c ^ {key:#04x})).join("");\n',
        "py": f"def un(a):\n    return bytes(c ^ {key:#04x} for c in a).decode()\n",
    }[language]
    return head + _strings(
        text, language, lambda value: f"un([{', '.join(f'{b ^ key:#04x}' for b in value.encode())}])"
    )


def packed(text: str, language: str, chance: random.Random) -> str:
    """The whole in one literal, decoded and run."""
    data = base64.b64encode(text.encode()).decode()
    forms = {
        "js": ('eval(Buffer.from("{}", "base64").toString());\n', 'new Function("require", atob("{}"))(require);\n'),
        "py": ('import base64\nexec(base64.b64decode("{}"))\n', '__import__("builtins").exec(bytes.fromhex("{}"))\n'),
        "sh": ("echo {} | base64 -d | sh\n",),
        "rb": ('eval("{}".unpack1("m0"))\n',),
        "php": ('eval(base64_decode("{}"));\n',),
    }
    form = chance.choice(forms[language])
    return form.format(text.encode().hex() if "fromhex" in form else data)


def decoys(text: str, language: str, chance: random.Random) -> str:
    """Comments and strings that lead a hasty reader of comments astray, and words that tell scanners to look away."""
    head = {
        "js": 'const accept = { Accept: "*/*", Glob: "/*" };\n// nosem\n/* eslint-disable */ // it\'s `fine`\n',
        "py": "HELP = \"put ''' around it\"\nQUOTE = 'and \"\"\" here'\n# nosem: all  # nosec\n",
    }.get(language, "// nosemgrep\n" if language in ("go", "rs", "php") else "# nosem # nosec\n")
    if language in ("json", "md", "m4"):
        return text
    noisy = {"js": " // nosem", "py": "  # nosem", "sh": " # nosem"}.get(language, "")
    return head + "".join(
        f"{line}{noisy}\n" if line.endswith((";", ")")) else f"{line}\n" for line in text.splitlines()
    )


TRANSFORMS: Mapping[str, Text] = {
    "plain": plain, "renamed": renamed, "minified": minified, "split": split, "base64": base64_strings,
    "hex": hex_strings, "codes": codes, "xor": xor, "packed": packed, "decoys": decoys,
}  # fmt: skip
FOR: Mapping[str, tuple[str, ...]] = {
    "js": tuple(TRANSFORMS),
    "py": tuple(TRANSFORMS),
    "sh": ("plain", "split", "packed", "decoys"),
    "go": ("plain", "renamed", "split", "base64", "hex", "decoys"),
    "rs": ("plain", "decoys"),
    "rb": ("plain", "renamed", "split", "base64", "hex", "packed", "decoys"),
    "php": ("plain", "renamed", "split", "base64", "hex", "packed", "decoys"),
}
"""What each language can be written as; others only as they are."""


def _strings(text: str, language: str, form: Callable[[str], str]) -> str:
    if language == "py":
        text = re.sub(r"^import ([\w.]+)$", r'\1 = __import__("\1")', text, flags=re.MULTILINE)
        text = re.sub(r"^([a-z]+)\.[\w.]+ = (__import__)", r"\1 = \2", text, flags=re.MULTILINE)
        text = re.sub(
            r"^from ([\w.]+) import (\w+)(?: as (\w+))?$",
            lambda found: f'{found[3] or found[2]} = getattr(__import__("{found[1]}"), "{found[2]}")',
            text, flags=re.MULTILINE,
        )  # fmt: skip
    return _ANY_STRING.sub(lambda found: form(found[0][1:-1]) if _hidable(found, text) else found[0], text)


def _hidable(found: re.Match[str], text: str) -> bool:
    """Whether a literal can be an expression: no key of an object, nothing with a prefix, nothing short."""
    literal, before, after = found[0], text[max(0, found.start() - 1) : found.start()], text[found.end() :].lstrip()
    return literal[0] == '"' and len(literal) > 4 and "\\" not in literal and not before.isalnum() and after[:1] != ":"


def _rename(text: str, language: str, names: list[str]) -> str:
    pattern = _DECLARED.get(language)
    if pattern is None:
        return text
    declared = {str(next(filter(None, match.groups()))) for match in pattern.finditer(text)} - _KEPT
    known = dict(zip(sorted(declared), names, strict=False))

    def code(piece: str) -> str:
        return re.sub(
            r"(?<![\w.$])(\$?[A-Za-z_]\w*)(?!\s*=[^=]\S*,|\w)",
            lambda found: ("$" if found[1][0] == "$" and found[1] in known else "") + known.get(found[1], found[1]),
            piece,
        )

    return _outside(text, code)


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Change what stands outside string literals."""
    done, place = [], 0
    for match in _ANY_STRING.finditer(text):
        done += [change(text[place : match.start()]), match[0]]
        place = match.end()
    return "".join((*done, change(text[place:])))


def _tight(code: str) -> str:
    return re.sub(r"\s*([{}();,=<>+?&|])\s*", r"\1", re.sub(r"\s+", " ", code))
