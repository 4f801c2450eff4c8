"""What the search of files costs: 5,000 indicators of each textual type over a tree of real code. Judges nothing.

    python -m benchmarks.files [--tree FOLDER] [--megabytes N] [--each N]

Without a folder the tree is made of the running interpreter's own libraries, copied under other names until it is as
large as wanted, with one indicator of each type planted. The speed of this machine's SHA-256 is printed beside it:
figures of two machines compare only by that.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import resource
import shutil
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scanner.intel import indicators
from scanner.intel.store import open_store
from scanner.matching import Knowledge
from scanner.matching.files.judge import judge
from scanner.matching.files.search import Search
from scanner.model.campaign import Campaign, Indicator, IndicatorType
from scanner.pipeline import files
from tests.factories import NOW

_HEX = "0123456789abcdef"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def values(each: int, known: list[str]) -> dict[IndicatorType, list[str]]:
    """Indicators of realistic shape, made of words that the tree itself uses: the hard case for an automaton."""
    pick = random.Random(7)

    def word() -> str:
        return pick.choice(known)

    def digits(count: int, of: str = _HEX) -> str:
        return "".join(pick.choice(of) for _ in range(count))

    def domain() -> str:
        ending = pick.choice(("com", "org", "top", "io"))
        return f"{word()}{pick.choice(('-', ''))}{word()}{pick.choice(('', digits(2)))}.{ending}"

    def ip() -> str:
        return ".".join(str(pick.randrange(1, 255)) for _ in range(4))

    makers: dict[IndicatorType, Callable[[], str]] = {
        IndicatorType.DOMAIN: domain,
        IndicatorType.IP: ip,
        IndicatorType.URL: lambda: f"https://{domain()}/{word()}/{word()}.{pick.choice(('js', 'php', 'zip'))}",
        IndicatorType.EMAIL: lambda: f"{word()}.{word()}{digits(3, '0123456789')}@{domain()}",
        IndicatorType.WALLET: lambda: pick.choice((f"0x{digits(40)}", f"T{digits(33, _BASE58)}")),
        IndicatorType.STRING: lambda: f"{word()}{pick.choice(' _/:')}{digits(6)}",
        IndicatorType.ACCOUNT: lambda: f"github:{word()}{word()}{digits(3, '0123456789')}",
        IndicatorType.REPOSITORY: lambda: f"github.com/{word()}{digits(2)}/{word()}-{word()}",
        IndicatorType.COMMIT: lambda: digits(40),
        IndicatorType.DIGEST: lambda: pick.choice((f"md5:{digits(32)}", f"sha1:{digits(40)}", f"sha256:{digits(64)}")),
    }
    return {type_: list(dict.fromkeys(make() for _ in range(each))) for type_, make in makers.items()}


def tree(folder: Path, megabytes: int, plants: list[str]) -> None:
    """Copies of the standard library and of what is installed, until that is `megabytes`."""
    sources = [Path(sysconfig.get_paths()[name]) for name in ("stdlib", "purelib")]
    size, copy = 0, 0
    while size < megabytes * 1_000_000:
        for path in (path for source in sources for path in sorted(source.rglob("*"))):
            # Compiled copies would count the same code twice.
            if path.is_file() and not path.is_symlink() and path.suffix != ".pyc" and size < megabytes * 1_000_000:
                target = folder / f"copy-{copy}" / path.relative_to(path.anchor)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
                size += target.stat().st_size
        copy += 1
    for number, plant in enumerate(plants):
        (folder / "copy-0" / f"planted-{number}.min.js").write_text(f"!function(){{a('{plant}')}}()" * 50)


def words(folder: Path) -> list[str]:
    """The most frequent identifiers of the tree."""
    counts: dict[str, int] = {}
    for path in sorted(folder.rglob("*.py"))[:1_000]:
        for word in re.findall(r"[a-z]{4,11}", path.read_text(errors="ignore").lower()):
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: -counts[word])[:20_000]


def sha256() -> float:
    """Megabytes a CPU second, now."""
    data = bytes(32 << 20)
    begin = time.process_time()
    hashlib.sha256(data).digest()
    return len(data) / (time.process_time() - begin) / 1e6


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tree", type=Path)
    options.add_argument("--megabytes", type=int, default=200)
    options.add_argument("--each", type=int, default=5_000)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = asked.tree or Path(name) / "tree"
        known = words(root if asked.tree else Path(sysconfig.get_paths()["stdlib"]))
        given = values(asked.each, known)
        if asked.tree is None:
            plain = [
                keys[0].removeprefix("github:") for type_, keys in given.items() if type_ is not IndicatorType.ACCOUNT
            ]
            tree(root, asked.megabytes, [*plain, f"https://github.com/{given[IndicatorType.ACCOUNT][0][7:]}"])
        texts = {type_: keys for type_, keys in given.items() if type_ is not IndicatorType.DIGEST}
        for title, chosen in (("texts only", texts), ("texts, and digests of three algorithms", given)):
            campaign = Campaign(
                id="bench",
                name="bench",
                indicators=tuple(
                    Indicator(type=type_, value=key, campaign="bench", references=("https://example.invalid",))
                    for type_, keys in chosen.items()
                    for key in keys
                ),
            )
            knowledge = Knowledge(
                advisories=open_store(Path(name), now=NOW),
                indicators=(("bench", indicators.build((campaign,), None, digest="bench")),),
            )
            speed = sha256()
            begin = time.process_time()
            Search(knowledge)
            ready = time.process_time() - begin
            begin, wall = time.process_time(), time.monotonic()
            searched = files.search([(root, "")], knowledge)
            cpu, wall = time.process_time() - begin - ready, time.monotonic() - wall
            found = judge(searched.signs, knowledge, known=lambda _path, _one: False, standing=())
            print(
                f"{title}: {sum(map(len, chosen.values())):,} indicators made ready in {ready:.1f} s; "
                f"{searched.files:,} files, {searched.bytes / 1e6:,.0f} MB in {cpu:.1f} s of CPU ({wall:.1f} s): "
                f"{searched.bytes / cpu / 1e6:.0f} MB/s (SHA-256 here: {speed:.0f} MB/s); {len(found)} findings; "
                f"largest {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
            )


if __name__ == "__main__":
    main()
