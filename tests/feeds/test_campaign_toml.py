"""What a campaign file may say, and what is refused with the reason."""

from __future__ import annotations

import pytest

from scanner.errors import InputError
from scanner.feeds import campaign_toml
from scanner.model.campaign import Campaign, Confidence

ACTORS = b"""
[[actor]]
id = "umbrella"
name = "Umbrella"
nation = "XX"

[[actor]]
id = "heron"
name = "Grey Heron"
nation = "XX"
part_of = "umbrella"
names = [
  { by = "A vendor", names = ["Grey Heron", "APT-0"] },
  { by = "Another", names = ["UNC-0", "apt-0"] },
]
"""
CAMPAIGN = """
id = "example-2026"
name = "Example"
kind = "state"
actor = "heron"
summary = "s"
what_to_do = "w"

[[attribution]]
by = "A vendor"
confidence = "suspected"
wording = "an overlap"
reference = "blog"

[[reference]]
id = "blog"
url = "https://vendor.invalid/blog"

[indicators]
"""


def _read(indicators: str, text: str = CAMPAIGN) -> Campaign:
    actors = campaign_toml.parse_actors(ACTORS, where="actors.toml")
    return campaign_toml.parse(f"{text}{indicators}\n".encode(), where="example-2026.toml", actors=actors)


def test_an_actor_has_each_name_once_and_its_own_is_no_alias() -> None:
    actor = campaign_toml.parse_actors(ACTORS, where="actors.toml")["heron"]
    assert actor.aliases == ("APT-0", "UNC-0")
    assert [(naming.by, naming.names) for naming in actor.names][1] == ("Another", ("UNC-0", "apt-0"))
    assert actor.part_of == "umbrella"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b'"UNC-0"', b'"umbrella"', "the name 'umbrella' is umbrella's as well"),
        (b'part_of = "umbrella"', b'part_of = "nobody"', "which is no actor"),
        (b'id = "heron"', b'id = "umbrella"', "stands twice"),
        (b'nation = "XX"', b'nation = "XX"\ncolour = "grey"', "unknown field"),
    ],
)
def test_what_an_actor_may_not_say(old: bytes, new: bytes, what: str) -> None:
    with pytest.raises(InputError) as error:
        campaign_toml.parse_actors(ACTORS.replace(old, new), where="actors.toml")
    assert what in str(error.value)


def test_how_a_vendor_put_it_is_kept() -> None:
    (claim,) = _read('domains = [{ value = "evil.example.invalid", refs = ["blog"] }]').attribution
    assert (claim.confidence, claim.wording) == (Confidence.SUSPECTED, "an overlap")
    assert claim.reference == "https://vendor.invalid/blog"


def test_versions_are_all_but_some_or_a_list_or_a_range() -> None:
    found = _read(
        """packages = [
          { purl = "pkg:githubactions/a/b", versions = "all", excluded = ["v*", "1.0"], moved = true, refs = ["blog"] },
          { purl = "pkg:npm/a", versions = ["1.0.0"], range = "2.0.0..<3.0.0", role = "compromised", refs = ["blog"] },
          { purl = "pkg:npm/b", range = "..2.0.0", role = "compromised", refs = ["blog"] },
        ]"""
    ).indicators
    assert [(one.versions, one.range, one.excluded) for one in found] == [
        (None, None, ("v*", "1.0")),
        (("1.0.0",), "2.0.0..<3.0.0", ()),
        ((), "..2.0.0", ()),
    ]


@pytest.mark.parametrize(
    ("indicators", "what"),
    [
        ('packages = [{ purl = "pkg:npm/a", versions = "all", refs = [] }]', "it names no reference"),
        ('packages = [{ purl = "pkg:npm/a", versions = "all", refs = ["page"] }]', "is not among its"),
        ('packages = [{ purl = "pkg:npm/a@1", versions = "all", refs = ["blog"] }]', "the purl has a version"),
        ('packages = [{ purl = "pkg:npm/a", versions = [], refs = ["blog"] }]', "no versions"),
        ('packages = [{ purl = "pkg:npm/a", versions = "1.0.0", refs = ["blog"] }]', "no versions"),
        ('packages = [{ purl = "pkg:npm/a", range = "1.0.0", refs = ["blog"] }]', "is no range"),
        ('packages = [{ purl = "pkg:npm/a", range = "..", refs = ["blog"] }]', "is no range"),
        (
            'packages = [{ purl = "pkg:npm/a", versions = ["1"], excluded = ["2"], refs = ["blog"] }]',
            "excluded from what?",
        ),
        ('packages = [{ purl = "pkg:npm/a", versions = "all", role = "evil", refs = ["blog"] }]', "Invalid enum value"),
        ('domains = [{ value = "github.com", refs = ["blog"] }]', "shared by everybody"),
        ('domains = [{ value = "no domain", refs = ["blog"] }]', "is no domain name"),
        ('ips = [{ value = "10.0.0.1", refs = ["blog"] }]', "private or reserved"),
        ('strings = [{ value = "abc", refs = ["blog"] }]', "too short"),
        ('commits = [{ value = "abc123", refs = ["blog"] }]', "hex digits"),
        (
            'digests = [{ value = "d41d8cd98f00b204e9800998ecf8427e", algorithm = "md5", refs = ["blog"] }]',
            "empty file",
        ),
        (
            'digests = [{ value = "d41d8cd98f00b204e9800998ecf8427e", algorithm = "sha1", refs = ["blog"] }]',
            "length of",
        ),
        ("hashes = []", "unknown field"),
    ],
)
def test_what_an_indicator_may_not_say(indicators: str, what: str) -> None:
    with pytest.raises(InputError) as error:
        _read(indicators)
    assert what in str(error.value)
    assert "example-2026.toml" in str(error.value.where)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('actor = "heron"', 'actor = "stork"', "not in actors.toml"),
        ('id = "example-2026"', 'id = "Example 2026"', "is not of lower-case letters"),
        ('kind = "state"', 'kind = "weather"', "Invalid enum value"),
        ('confidence = "suspected"', 'confidence = "sure"', "Invalid enum value"),
        ('name = "Example"', 'name = "Example"\nfirst_seen = "spring"', "is not a date"),
    ],
)
def test_what_a_campaign_may_not_say(old: str, new: str, what: str) -> None:
    with pytest.raises(InputError) as error:
        _read("", CAMPAIGN.replace(old, new))
    assert what in str(error.value)
