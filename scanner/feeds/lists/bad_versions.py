"""The versions of a package as people write them in a cell: one by one, as spans, in words.

`1.2.3`, `=1.2.3 || =1.2.4`, `1.0.1, 1.0.2`, `0.2.0 to 0.2.6`, `<= 1.2`, `>=1.0,<1.4`, `before 2.0`, `1.2 and earlier`,
`1.4.x`, `all`, `all except 0.35.0`.
"""

from __future__ import annotations

import re

import msgspec

from scanner.errors import InputError


class BadVersions(msgspec.Struct, frozen=True):
    """What a cell says. Nothing at all means that it says nothing: the name is a hint."""

    exact: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    """As `Indicator.range`."""
    every: bool = False
    excluded: tuple[str, ...] = ()
    """Good ones, where `every`; `v*` takes all that begin so."""

    @property
    def hint(self) -> bool:
        return not (self.exact or self.ranges or self.every)


NOTHING = BadVersions()
_REMARK = re.compile(r"\s+\((?!inclusive)[a-z ]+\)(?=\Z|[,;|])", re.IGNORECASE)
"""`1.0.0 (malicious)`"""
_MOST = 20_000
_LONGEST = 200

_SILENT = frozenset(("", "-", "--", "—", "?", "n/a", "na", "none", "null", "nil", "unknown", "tbd", "[]", "{}"))
_V = r"[vV]?\d[\w.+!~:^-]*"
_VERSION = re.compile(rf"(?:{_V}|dev-[\w./#-]+)\Z")
_SIMPLE = re.compile(r"[vV]?\d+(?:\.\d+)*(?:-[a-wyzA-WYZ][a-zA-Z]*(?:\.\d+)*)?\Z")
_LITERAL = re.compile(r"[\w][\w.+!~:@/^-]*\Z")
_EVERY = re.compile(
    r"(?:all|any|every|\*)(?:\s+(?:versions?|tags?|releases?|of them))?"
    r"(?:\s+not\s+starting\s+with\s+(?P<prefix>[\w.-]+))?"
    r"(?:[\s,(]+(?:except|but|excluding|other than|apart from|except for|save)\s+(?P<good>.+?)\)?)?\Z",
    re.IGNORECASE,
)
_OPERATOR = r"(?:<=|>=|==|<|>|=|≤|≥)"
_COMPARED = re.compile(rf"{_OPERATOR}\s*{_V}(?:\s*(?:,|&&?|and|\s)\s*{_OPERATOR}\s*{_V})*\Z", re.IGNORECASE)
_CLAUSE = re.compile(rf"({_OPERATOR})\s*({_V})")
_SPAN = re.compile(
    rf"(?:from|between)?\s*({_V})\s*(?:to|through|thru|until|up to|and|–|—|→|\.\.\.?|\s-\s)\s*({_V})\Z", re.IGNORECASE
)
_BETWEEN = re.compile(r"(?:from|between)\b", re.IGNORECASE)
_UP_TO = re.compile(
    rf"(?:up to|through|until|to)\s+(?:and including\s+)?({_V})(?:\s*\(?inclusive\)?)?\Z", re.IGNORECASE
)
_BEFORE = re.compile(
    rf"(?:before|prior to|earlier than|older than|lower than|below|less than)\s+({_V})\Z", re.IGNORECASE
)
_AFTER = re.compile(rf"(?:after|later than|newer than|above|greater than)\s+({_V})\Z", re.IGNORECASE)
_AND_LOWER = re.compile(
    rf"({_V})\s*(?:and|or|&)\s+(?:earlier|below|older|lower|prior|before|less)(?:\s+versions?)?\Z", re.IGNORECASE
)
_AND_HIGHER = re.compile(
    rf"({_V})\s*(?:(?:and|or|&)\s+(?:later|above|newer|higher|up|after|greater)(?:\s+versions?)?|\+)\Z", re.IGNORECASE
)
_SINCE = re.compile(rf"(?:since|starting (?:with|from|at)|from)\s+({_V})(?:\s+on(?:wards?)?)?\Z", re.IGNORECASE)
_WILD = re.compile(r"[vV]?(\d+(?:\.\d+)*)\.[xX*]\Z")
_INTERVAL = re.compile(rf"([\[(])\s*({_V})?\s*,\s*({_V})?\s*([\])])\Z")


def parse(text: str) -> BadVersions:
    """Read a cell. Raises `InputError` where something in it could mean anything."""
    if len(text) <= _LONGEST and _SIMPLE.match(text) is not None:  # most cells of most lists
        return BadVersions(exact=(text,))
    text = _REMARK.sub("", " ".join(text.strip().strip("\"'`").split()))
    if len(text) > _MOST * 20:
        raise InputError(f"versions of {len(text)} characters")
    if text.casefold() in _SILENT:
        return NOTHING
    whole = _one(text) or _listed(text)
    if whole is None:
        raise InputError(f"{text[:80]!r} are no versions that we understand", hint="1.2.3, 1.2.4 or 1.0.0 to 1.0.9")
    return whole


def looks_like_one(text: str) -> bool:
    """Whether `text` is a plain version: `1.2.3`, `v0.0.0-2026…`, `dev-main`."""
    return len(text) <= _LONGEST and _VERSION.match(text) is not None


def _one(text: str) -> BadVersions | None:
    """The whole cell as a single phrase."""
    if (every := _EVERY.match(text)) is not None:
        return _all_but(every)
    if (found := _INTERVAL.match(text)) is not None and (found[2] or found[3]):
        low = f"{'>' if found[1] == '(' else ''}{found[2]}" if found[2] else ""
        high = f"{'<' if found[4] == ')' else ''}{found[3]}" if found[3] else ""
        return BadVersions(ranges=(f"{low}..{high}",))
    if text[:1] in "[({" and text[-1:] in "])}":  # a list as JSON or Python write it
        return _listed(text[1:-1].strip())
    if _COMPARED.match(text) is not None:
        return _compared(text)
    return _spoken(text)


def _all_but(every: re.Match[str]) -> BadVersions:
    good = [] if every["good"] is None else list(parse(re.sub(r"^versions?\s", "", every["good"])).exact)
    if every["good"] is not None and not good:
        raise InputError(f"which versions are good in {every[0][:80]!r}?")
    if every["prefix"] is not None:
        good.insert(0, f"{every['prefix']}*")
    return BadVersions(every=True, excluded=tuple(good))


def _compared(text: str) -> BadVersions | None:
    """`>=1.0,<1.4`: clauses that hold at once, unless all are `=`."""
    clauses = [(operator.replace("≤", "<=").replace("≥", ">="), version) for operator, version in _CLAUSE.findall(text)]
    if all(operator in ("=", "==") for operator, _ in clauses):
        return BadVersions(exact=tuple(dict.fromkeys(version for _, version in clauses)))
    lows = [(operator, version) for operator, version in clauses if operator.startswith(">")]
    highs = [(operator, version) for operator, version in clauses if operator.startswith("<")]
    if len(lows) > 1 or len(highs) > 1 or len(lows) + len(highs) < len(clauses):
        return None
    low = "".join(f"{'' if operator == '>=' else '>'}{version}" for operator, version in lows)
    high = "".join(f"{'' if operator == '<=' else '<'}{version}" for operator, version in highs)
    return BadVersions(ranges=(f"{low}..{high}",))


def _spoken(text: str) -> BadVersions | None:
    if (found := _WILD.match(text)) is not None:
        head, _, last = found[1].rpartition(".")
        return BadVersions(ranges=(f"{found[1]}..<{head}{'.' if head else ''}{_next(last)}",))
    if (found := _SPAN.match(text)) is not None and (" and " not in text.lower() or _BETWEEN.match(text)):
        return BadVersions(ranges=(f"{found[1]}..{found[2]}",))
    for pattern, shape in (
        (_UP_TO, "..{}"),
        (_BEFORE, "..<{}"),
        (_AND_LOWER, "..{}"),
        (_AND_HIGHER, "{}.."),
        (_AFTER, ">{}.."),
        (_SINCE, "{}.."),
    ):
        if (found := pattern.match(text)) is not None:
            return BadVersions(ranges=(shape.format(found[1]),))
    return None


def _next(digits: str) -> str:
    # Text of any length: Python refuses to convert thousands of digits, and nobody counts that far.
    return str(int(digits[:4_000]) + 1)


def _listed(text: str) -> BadVersions | None:
    """Several phrases: alternatives between `||`, `|` or `;`, and in each of them between `,`, `and` or blanks."""
    text = re.sub(r"\bversions?:?\s+", "", text, flags=re.IGNORECASE)
    pieces: list[str] = []
    for alternative in re.split(r"\s*[|;]+\s*", text):
        if _COMPARED.match(alternative) is not None or _INTERVAL.match(alternative) is not None:
            pieces.append(alternative)
            continue
        listed = [piece for piece in re.split(r"\s*(?:,+|\band\b|\s&\s|\s/\s)\s*", alternative) if piece]
        if len(listed) > 1 and any(piece[0] in "<>≤≥" for piece in listed):
            return None  # which of them hold at once?
        pieces += listed
    if len(pieces) == 1:
        pieces = text.split()
    if len(pieces) > _MOST:
        raise InputError(f"{len(pieces)} versions", hint=f"at most {_MOST} are read")
    exact: dict[str, None] = {}
    ranges: dict[str, None] = {}
    for piece in pieces:
        found = _phrase(piece.strip(" \"'`"))
        if found is None:
            return None
        exact.update(dict.fromkeys(found.exact))
        ranges.update(dict.fromkeys(found.ranges))
    return BadVersions(exact=tuple(exact), ranges=tuple(ranges)) if exact or ranges else None


def _phrase(text: str) -> BadVersions | None:
    bare = text.lstrip("=").strip()
    if len(bare) > _LONGEST:
        raise InputError(f"a version of {len(bare)} characters")
    if _VERSION.match(bare) is not None and _WILD.match(bare) is None:
        if (dots := _DOTS.match(bare)) is not None:
            return BadVersions(ranges=(f"{dots[1]}..{dots[2]}",))
        if (dash := _DASH.match(bare)) is not None:
            # A span in all likelihood; and if it was one odd version after all, that one too.
            return BadVersions(exact=(bare,), ranges=(f"{dash[1]}..{dash[2]}",))
        return BadVersions(exact=(bare,))
    if not bare:
        return None
    if _INTERVAL.match(text) is not None or _COMPARED.match(text) is not None:
        return _one(text)
    if (spoken := _spoken(text)) is not None:
        return spoken
    parts = text.split()
    if len(parts) > 1 and all(_VERSION.match(part) for part in parts):  # `1.0.1 1.0.2, 1.0.3`
        return BadVersions(exact=tuple(parts))
    # A tag or a branch: `main`, `latest`, a commit. It matches literally, and only itself.
    return BadVersions(exact=(bare,)) if _LITERAL.match(bare) is not None and _TAG.search(bare) else None


_DOTS = re.compile(r"([vV]?\d[\w.+-]*?)\.\.\.?([vV]?\d[\w.+-]*)\Z")
_DASH = re.compile(r"([vV]?\d+(?:\.\d+)+)-([vV]?\d+(?:\.\d+){2,})\Z")
_TAG = re.compile(r"\d|[-_/.]|\A(?:main|master|latest|nightly|dev|beta|next|canary|edge|stable)\Z")
