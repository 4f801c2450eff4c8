"""Small records that show the oddities, laws on any bytes, and what the real feeds say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.feeds import osv
from scanner.feeds.archive import read_members
from scanner.model.advisory import AdvisoryKind
from tests.conftest import Golden

HERE = Path(__file__).parent / "osv"
RECORDS = sorted(path for path in HERE.glob("*.json") if path.name != "expected.json")


def _plain(path: Path) -> Any:
    try:
        advisory = osv.parse(path.read_bytes(), where=path.name)
    except InputError as error:
        return {"error": str(error)}
    return {key: value for key, value in msgspec.to_builtins(advisory).items() if value not in (None, "", [], ())}


def test_reads_each_record_as_expected(golden: Golden) -> None:
    golden(HERE / "expected.json", {path.stem: _plain(path) for path in RECORDS})


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_decoded_records_read_the_same(path: Path) -> None:
    record = json.loads(path.read_bytes())
    try:
        expected = osv.parse(path.read_bytes(), where="x")
    except InputError:
        with pytest.raises(InputError):
            osv.from_value(record, where="x")
    else:
        assert osv.from_value(record, where="x") == expected


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(data: bytes) -> None:
    with pytest.raises(InputError):
        osv.parse(data, where="x.json")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["CWE-506", "npm"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["malicious-packages-origins", "cwe_ids", "cwes", "categories", "leitwacht", "severity", "source", "x"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(_JSON, _JSON)
def test_free_form_parts_may_be_anything(record_part: Any, affected_part: Any) -> None:
    entry = {"package": {"ecosystem": "npm", "name": "a"}, "versions": ["1"], "database_specific": affected_part}
    record = {"id": "X-1", "affected": [entry], "database_specific": record_part}
    advisory = osv.parse(json.dumps(record).encode(), where="x.json")
    assert advisory.affected[0].versions == ("1",)


def test_a_record_nested_without_measure_is_refused() -> None:
    depth = 100_000
    data = b'{"id":"X-1","database_specific":' + b"[" * depth + b"]" * depth + b"}"
    with pytest.raises(InputError):
        osv.parse(data, where="x.json")


@pytest.mark.parametrize(
    ("ecosystem", "id_", "kind"),
    [
        ("npm", "MAL-2026-2307", AdvisoryKind.MALICIOUS),
        ("npm", "GHSA-mh6f-8j2x-4483", AdvisoryKind.MALICIOUS),
        ("GitHub Actions", "GHSA-mrrh-fwg8-r2c3", AdvisoryKind.MALICIOUS),
        ("crates.io", "RUSTSEC-2023-0097", AdvisoryKind.MALICIOUS),
        ("Go", "GO-2024-3012", AdvisoryKind.MALICIOUS),
        ("Go", "GHSA-66vw-v2x9-hw75", AdvisoryKind.VULNERABILITY),
        ("RubyGems", "x_RUBYSEC-rubygems-update-CVE-2019-8324", AdvisoryKind.VULNERABILITY),
    ],
)
def test_real_records_are_of_the_right_kind(shared: Path, ecosystem: str, id_: str, kind: AdvisoryKind) -> None:
    members = read_members(shared / "feeds" / "osv" / ecosystem / "all.zip")
    data = next(data for name, data in members if name == f"{id_}.json")
    assert osv.parse(data, where=id_).kind is kind


def test_every_record_of_a_real_feed_is_read(shared: Path) -> None:
    advisories = [osv.parse(data, where=name) for name, data in read_members(shared / "feeds/osv/Hex/all.zip")]
    assert len(advisories) == 210
    assert sum(bool(entry.git_ranges) for advisory in advisories for entry in advisory.affected) == 110
