"""Indicators are found in every spelling that works, whole, and wherever a file is cut into pieces."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.matching.files import text as texts
from scanner.matching.files.patterns import LONGEST
from scanner.matching.files.search import Search
from scanner.matching.files.sign import Manner
from scanner.model.campaign import Indicator, IndicatorType
from tests.factories import indicator
from tests.matching.files.build import known, signs

COMMIT = "0e58ed8671d6b60d0890c21b07f8835ace038e67"
WALLET = "0xFc4a4858bafef54D1b1d7697bfb5c52F4c166976"
INDICATORS = {
    "domain": indicator(IndicatorType.DOMAIN, "evil.invalid"),
    "ip": indicator(IndicatorType.IP, "23.27.20.143"),
    "ip with port": indicator(IndicatorType.IP, "91.92.120.132:1224"),
    "url": indicator(IndicatorType.URL, "https://files.invalid/stage/Two"),
    "email": indicator(IndicatorType.EMAIL, "mallory@mail.invalid"),
    "string": indicator(IndicatorType.STRING, "OrDeR_7077"),
    "symbols": indicator(IndicatorType.STRING, "/*C250618A*/"),
    "wallet": indicator(IndicatorType.WALLET, WALLET),
    "tron": indicator(IndicatorType.WALLET, "TMfKQEd7TJJa5xNZJZ2Lep838vrzrs7mAP"),
    "commit": indicator(IndicatorType.COMMIT, COMMIT),
    "account": indicator(IndicatorType.ACCOUNT, "github:mallory-dev"),
    "repository": indicator(IndicatorType.REPOSITORY, "github.com/actor/repo"),
}


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    return Search(known(tmp_path_factory.mktemp("intel"), *INDICATORS.values()))


def met(search: Search, text: str | bytes) -> set[str]:
    data = text if isinstance(text, bytes) else text.encode()
    keys = {found.key for found in signs(search, data)}
    return {name for name, one in INDICATORS.items() if one.value in keys}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fetch('https://evil.invalid/a')", "domain"),
        ("https://x.Evil.INVALID:8443/", "domain"),
        ("evil.invalid", "domain"),
        ("see evil.invalid. Next", "domain"),
        ("user@evil.invalid", "domain"),
        ("访问evil.invalid下载", "domain"),
        (r"a\nevil.invalid\n", "domain"),
        ("q=https%3A%2F%2Fevil.invalid%2Fa", "domain"),
        ("host = 23.27.20.143;", "ip"),
        ("23.27.20.143:8080", "ip"),
        ("http://91.92.120.132/x", "ip with port"),
        ("http://FILES.invalid/stage/Two?x=1", "url"),
        ("//files.invalid/stage/Two/more", "url"),
        (r"https:\/\/files.invalid\/stage\/Two", "url"),
        ("https%3A%2F%2Ffiles.invalid%2Fstage%2FTwo", "url"),
        (r"/files\.invalid\/stage\/Two/", "url"),
        ("Mallory@Mail.Invalid", "email"),
        ("<mallory@mail.invalid>", "email"),
        ("x=OrDeR_7077_", "string"),
        ("a/*C250618A*/b", "symbols"),
        (WALLET.lower(), "wallet"),
        ("'TMfKQEd7TJJa5xNZJZ2Lep838vrzrs7mAP'", "tron"),
        (f"uses: a/b@{COMMIT.upper()}", "commit"),
        ("https://github.com/mallory-dev/thing", "account"),
        ("git@github.com:mallory-dev/thing.git", "account"),
        ("git+ssh://git@github.com/actor/repo.git", "repository"),
        ("github.com/Actor/Repo#readme", "repository"),
        (b"\x05\x00" + "evil.invalid".encode("utf-16-le") + b"\0\0n\0e\0x\0t\0", "domain"),
        ("a\nevil.invalid\n".encode("utf-16"), "domain"),
        (b"\xfe\xff" + "x https://evil.invalid/\n".encode("utf-16-be"), "domain"),
        ("OrDeR_7077 x".encode("utf-16-be"), "string"),
        (r"https:\/\/files.invalid\/stage\/Two ".encode("utf-16-le"), "url"),
        (b"\x00\x01\xffevil.invalid\x00\xff", "domain"),
    ],
)
def test_what_works_is_found(search: Search, text: str | bytes, expected: str) -> None:
    assert met(search, text) == {expected}


@pytest.mark.parametrize(
    "text",
    [
        "notevil.invalid", "not-evil.invalid", "evil.invalid.example", "evil.invalid-x", "my_evil.invalid",
        "123.27.20.143", "23.27.20.1433", "1.23.27.20.143", "23.27.20.143.5", "v23.27.20.143", "23x27.20.143",
        "https://files.invalid/stage/Twofold", "https://files.invalid/stage/two", "https://x.files.invalid/stage/Two",
        "https://files.invalid/stage/Two.tar", "https://host.invalid/files.invalid-stage/Two",
        "not.mallory@mail.invalid", "mallory@mail.invalid.example", "amallory@mail.invalid", "mallory@mail.invalidx",
        "order_7077", "OrDeR_70777", "xOrDeR_7077", "/*c250618a*/",
        WALLET + "0", "tmfkqed7tjja5xnzjz2lep838vrzrs7map",
        COMMIT + "0", "a" + COMMIT, COMMIT[:-1],
        "https://github.com/mallory-developer/thing", "https://example.invalid/mallory-dev", "mallory-dev",
        "https://github.com/actor/repository", "notgithub.com/actor/repo", "https://gist.github.com.example/actor/repo",
        "e v i l . i n v a l i d", "evil.invalid@host.test",
    ],
)  # fmt: skip
def test_neighbours_are_spared(search: Search, text: str) -> None:
    assert met(search, text) == set()
    assert met(search, text.encode("utf-16-le")) == set()


@pytest.mark.parametrize(
    "text",
    ["evil[.]invalid", "evil(.)invalid", "evil{.}invalid", "evil[dot]invalid", "hxxps://evil.invalid/x",
     "hxxp[://]evil[.]invalid", "hxxp://evil[.]invalid/a", "meow://evil.invalid"],
)  # fmt: skip
def test_what_was_made_harmless_is_found_and_told_apart(search: Search, text: str) -> None:
    (found,) = signs(search, f"seen: {text} (2026)".encode())
    assert (found.key, found.manner) == ("evil.invalid", Manner.DEFANGED)


def test_a_working_address_outweighs_a_harmless_one(search: Search) -> None:
    (found,) = signs(search, b"evil[.]invalid\n\nevil.invalid\n")
    assert (found.manner, found.location.line) == (Manner.TEXT, 3)


def test_a_mailbox_is_refanged(search: Search) -> None:
    assert met(search, "mallory[@]mail[.]invalid and mallory[at]mail[dot]invalid") == {"email"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_line_value_and_excerpt(search: Search, encoding: str) -> None:
    text = "first\nsecond\n\tconst c2 = 'https://cdn.Evil.invalid/x' \x1b[2J;\nlast\n"
    (found,) = signs(search, text.encode(encoding))
    assert (found.location.line, found.value) == (3, "Evil.invalid")
    assert found.excerpt is not None
    assert "https://cdn.Evil.invalid/x" in found.excerpt
    assert "second" not in found.excerpt
    assert found.excerpt.isprintable()


SAMPLES = [(name, INDICATORS[name]) for name in ("domain", "ip", "ip with port", "url", "email", "commit")]
SIDES = st.text(alphabet=" \n\t'\"(),;<>=|", max_size=5)
WORDY = st.sampled_from("abz019")


@settings(max_examples=60)
@given(sample=st.sampled_from(SAMPLES), before=SIDES, after=SIDES)
def test_between_borders_it_is_always_found(
    search: Search, sample: tuple[str, Indicator], before: str, after: str
) -> None:
    name, one = sample
    assert met(search, before + one.value + after) == {name}


@settings(max_examples=60)
@given(sample=st.sampled_from(SAMPLES), more=WORDY, front=st.booleans())
def test_inside_a_longer_word_it_never_is(
    search: Search, sample: tuple[str, Indicator], more: str, front: bool
) -> None:
    name, one = sample
    if name.startswith("ip"):
        more = "7"
    if name == "commit":
        more = "b"
    value = one.value.partition(":")[0] if name == "ip with port" else one.value
    # In front of an address stands its scheme: there the word goes on before the host.
    bare = value.partition("://")[2] or value
    assert met(search, more + bare if front else bare + more) == set()


@settings(max_examples=40, deadline=None)
@given(
    data=st.data(),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
    names=st.lists(st.sampled_from(sorted(INDICATORS)), min_size=1, max_size=4, unique=True),
)
def test_pieces_change_nothing(search: Search, data: st.DataObject, encoding: str, names: list[str]) -> None:
    """Wherever a file is cut, the same is met on the same line, and nothing else."""
    written = (f"\n {_written(INDICATORS[name].value)} \n" for name in names)
    text = "".join(
        "lorem 23.27.20.1 notevil.invalid \\/ [.] (.) " * data.draw(st.integers(0, 300)) + one for one in written
    )
    raw = text.encode(encoding)
    size = data.draw(st.integers(len(raw) // 12 + 1, len(raw) + 1))
    whole = {(found.key, found.location.line, found.manner) for found in signs(search, raw)}
    assert {key for key, _, _ in whole} == {INDICATORS[name].value for name in names}
    assert {(found.key, found.location.line, found.manner) for found in signs(search, raw, size=size)} == whole


def _written(value: str) -> str:
    return value.replace("github:", "https://github.com/")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("text", [" evil.invalid ", " evil[.]invalid ", r" https:\/\/files.invalid\/stage\/Two "])
@pytest.mark.parametrize("neighbour", ["", "x"])
def test_at_every_cut(search: Search, text: str, encoding: str, neighbour: str) -> None:
    """An indicator over a border of pieces is found; a longer word over one is still another word."""
    padding = "-" * texts.KEPT
    raw = f"{padding}{text.rstrip()}{neighbour} {padding}".encode(encoding)
    step = len(" ".encode(encoding))
    begin = len(padding.encode(encoding))
    expected = 0 if neighbour else 1
    for cut in range(begin - 2 * step, begin + len(text.encode(encoding)) + 2 * step):
        found = search.file("a.js", iter((raw[:cut], raw[cut:])))
        assert len(() if found is None else found.signs) == expected, cut


def test_a_very_long_indicator_is_known_by_its_beginning(tmp_path: Path) -> None:
    value = "https://long.invalid/" + "a1" * LONGEST
    search = Search(known(tmp_path, indicator(IndicatorType.URL, value)))
    assert [found.key for found in signs(search, f"({value})".encode())] == [value]
    assert [found.key for found in signs(search, f"({value})".encode(), size=300)] == [value]


def test_many_indicators_with_one_ending_are_told_apart(tmp_path: Path) -> None:
    names = [f"n{number}.shared-by-all.invalid" for number in range(200)]
    search = Search(known(tmp_path, *(indicator(IndicatorType.DOMAIN, name) for name in names)))
    assert [found.key for found in signs(search, b"https://n77.shared-by-all.invalid/")] == [names[77]]


@settings(max_examples=50)
@given(data=st.binary(max_size=400))
def test_no_bytes_are_too_much(search: Search, data: bytes) -> None:
    signs(search, data)
    signs(search, data, size=7)
