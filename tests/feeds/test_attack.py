"""ATT&CK bundles: what is read, what is left out, what a broken or hostile one costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import EngineError, InputError
from scanner.feeds import attack_stix
from scanner.intel.attack import FILE, AttackStore
from scanner.model.attack import AttackKind, AttackObject
from scanner.model.component import Problem
from scanner.pipeline import attack
from tests.factories import NOW
from tests.servers import serving


def entry(type_: str, number: int, id_: str, name: str, **fields: Any) -> dict[str, Any]:
    page = {"technique": "techniques"}.get(type_, type_)
    return {
        "type": type_,
        "id": f"{type_}--{number:08d}-0000-4000-8000-000000000000",
        "name": name,
        "external_references": [
            {"source_name": "a blog", "url": "https://blog.invalid/"},
            {"source_name": "mitre-attack", "external_id": id_, "url": f"https://attack.mitre.org/{page}/{id_}"},
        ],
        **fields,
    }


def link(kind: str, source: dict[str, Any], target: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "relationship",
        "id": f"relationship--{source['id'][-36:]}",
        "relationship_type": kind,
        "source_ref": source["id"],
        "target_ref": target["id"],
    }


TECHNIQUE = entry(
    "attack-pattern", 1, "T1195.002", "Compromise Software Supply Chain",
    description="Adversaries [may](https://x.invalid/(a)) <code>tamper</code>.(Citation: Somebody 2020)",
)  # fmt: skip
GROUP = entry("intrusion-set", 2, "G0000", "Example Group", aliases=["Example Group", "Example Sleet"])
TOOL = entry("tool", 3, "S0000", "Wrench", x_mitre_aliases=["Wrench", "Spanner"])
CAMPAIGN = entry("campaign", 4, "C0000", "The Example Attack")
OLD = entry("malware", 5, "S0001", "Old", x_mitre_deprecated=True)
GONE = entry("malware", 6, "S0002", "Gone", revoked=True)
LINKS = [link("uses", GROUP, TECHNIQUE), link("uses", GROUP, OLD), link("attributed-to", CAMPAIGN, GROUP)]


def bundle(*objects: Any) -> bytes:
    return json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects}).encode()


EVERYTHING = bundle(TECHNIQUE, GROUP, TOOL, CAMPAIGN, OLD, GONE, *LINKS, {"type": "course-of-action", "id": "x"})


def read(data: bytes) -> tuple[dict[str, AttackObject], list[Problem]]:
    items = list(attack_stix.parse(data, where="bundle.json"))
    return (
        {item.id: item for item in items if isinstance(item, AttackObject)},
        [item for item in items if isinstance(item, Problem)],
    )


def test_what_stands_is_read_and_what_was_taken_back_is_not() -> None:
    objects, problems = read(EVERYTHING)
    assert not problems
    assert sorted(objects) == ["C0000", "G0000", "S0000", "T1195.002"]
    assert objects["G0000"].uses == ("T1195.002",)
    assert objects["G0000"].aliases == ("Example Sleet",)
    assert objects["C0000"].attributed_to == ("G0000",)
    assert objects["S0000"].kind is AttackKind.SOFTWARE
    assert objects["S0000"].aliases == ("Spanner",)


def test_descriptions_are_plain_words() -> None:
    assert read(bundle(TECHNIQUE))[0]["T1195.002"].description == "Adversaries may) tamper."


def test_long_descriptions_end_with_a_sentence() -> None:
    long = entry("tool", 1, "S0009", "Long", description="One sentence of some length, and more of it. " * 40)
    said = read(bundle(long))[0]["S0009"].description
    assert said.endswith("more of it.")
    assert len(said) <= 320


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "tool"},
        {"type": "tool", "id": 7},
        "text",
        None,
        entry("tool", 9, "S0009", ""),
        entry("tool", 9, "X0009", "no id of ATT&CK"),
        {**entry("tool", 9, "S0009", "elsewhere"), "external_references": [
            {"source_name": "mitre-attack", "external_id": "S0009", "url": "https://evil.invalid/S0009"}]},
        {**entry("tool", 9, "S0009", "line"), "external_references": [
            {"source_name": "mitre-attack", "external_id": "S0009", "url": "https://attack.mitre.org/\x1b[2J"}]},
    ],
)  # fmt: skip
def test_one_broken_object_costs_itself(broken: Any) -> None:
    objects, problems = read(bundle(GROUP, broken, TOOL))
    assert sorted(objects) == ["G0000", "S0000"]
    assert len(problems) == 1
    assert "bundle.json" in problems[0].where


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"type": "report", "objects": []}',
        b'{"type": "bundle", "objects": 1}',
        bundle(),
        bundle(OLD),
    ],
)
def test_what_is_no_bundle_of_attack_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read(data)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda s: (
            st.lists(s, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "id", "name", "external_references", "aliases", "source_ref", "url"]),
                s,
                max_size=4,
            )
        ),
    )
)
def test_no_object_breaks_the_rest(value: Any) -> None:  # fmt: skip
    assert "G0000" in read(bundle(value, GROUP))[0]


def test_real_attack(shared: Path) -> None:
    (path,) = (shared / "feeds" / "attack").glob("*.json")
    objects, problems = read(path.read_bytes())
    assert not problems
    assert len(objects) == 39
    assert objects["C0057"].attributed_to == ("G1049",)
    assert all(one.url.startswith("https://attack.mitre.org/") for one in objects.values())
    assert not any("(Citation" in one.description or "](" in one.description for one in objects.values())


def test_the_store_finds_by_id_and_any_name(tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_bytes(EVERYTHING)
    count, problems = attack.read_into(str(tmp_path / "bundle.json"), tmp_path, now=NOW)
    assert (count, problems) == (4, ())
    with AttackStore(tmp_path, now=NOW) as store:
        assert [one.id for one in store.named(["EXAMPLE sleet"])] == ["G0000"]
        assert [one.id for one in store.named(["g0000"])] == ["G0000"]
        assert list(store.by_id(["S0000", "S9999"])) == ["S0000"]
        assert [one.id for one in store.containing("span", limit=5)] == ["S0000"]
        assert (store.state.status, store.state.records) == ("fresh", 4)


def test_a_refused_bundle_leaves_the_old_one(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(EVERYTHING)
    bad.write_bytes(b"{}")
    attack.read_into(str(good), tmp_path, now=NOW)
    with pytest.raises(InputError):
        attack.read_into(str(bad), tmp_path, now=NOW)
    with AttackStore(tmp_path, now=NOW) as store:
        assert store.by_id(["G0000"])


def test_without_a_file_or_with_half_of_one_nothing_is_known_and_it_is_said(tmp_path: Path) -> None:
    with AttackStore(tmp_path, now=NOW) as store:
        assert store.named(["x"]) == ()
        assert store.state.status == "missing"
    (tmp_path / FILE).write_bytes(b"SQLite format 3\0" + b"\0" * 50)
    with AttackStore(tmp_path, now=NOW) as store:
        assert store.named(["x"]) == ()
        assert store.state.status == "broken"


def test_from_an_address(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "bundle.json").write_bytes(EVERYTHING)
    with serving(site) as server:
        assert attack.read_into(f"{server.url}/bundle.json", tmp_path, now=NOW)[0] == 4
        with pytest.raises((InputError, EngineError)):
            attack.read_into(f"{server.url}/nothing.json", tmp_path, now=NOW)
