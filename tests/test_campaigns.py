"""Each campaign's re-enacted tree is found, under its campaign and actor; the tree beside it is not taken for it."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import msgspec
import pytest

from scanner.model.campaign import Campaign, IndicatorType
from scanner.model.finding import Finding, FindingClass, State
from scanner.pipeline import rulebook, scan
from scanner.pipeline.scan import Settings
from tests.conftest import ROOT, Golden
from tests.factories import NOW
from tests.support import fill

CASES = Path(__file__).parent / "campaigns"


class Expected(msgspec.Struct, forbid_unknown_fields=True):
    """A line of expected.toml."""

    actor: str
    """Its canonical name; "" where nobody knows."""
    nation: str
    hit: State
    needs: str = ""
    """ "files" where the only sign lies in the text of a file."""
    text: str = ""
    """A file whose text is a sign as well."""


EXPECTED = {
    id_: msgspec.convert(line, Expected)
    for id_, line in tomllib.loads((CASES / "expected.toml").read_text(encoding="utf-8")).items()
}


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An empty database: what is found is found by the campaigns alone."""
    return Settings(
        intel_directory=tmp_path_factory.mktemp("intel"),
        now=lambda: NOW,
        environ={},
        home=tmp_path_factory.mktemp("home"),
    )


Findings = dict[str, list[Finding]]


@pytest.fixture(scope="session")
def hits(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return _scan("hit", tmp_path_factory.mktemp("hit"), settings)


@pytest.fixture(scope="session")
def near_misses(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return _scan("near_miss", tmp_path_factory.mktemp("near_miss"), settings)


def _scan(side: str, folder: Path, settings: Settings) -> Findings:
    """All trees of one side in one scan, each in a folder of its own: the compromises by campaign of the tree."""
    for id_ in EXPECTED:
        shutil.copytree(CASES / id_ / side, folder / id_)
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(fill(file.read_bytes(), _type(file)))
    report = scan.scan([folder], settings)
    assert [state for state in report.coverage.files if state.status == "failed"] == []
    read = {state.path.partition("/")[0] for state in report.coverage.files}
    assert {id_ for id_, expected in EXPECTED.items() if not expected.needs} - read == set()
    found: Findings = {id_: [] for id_ in EXPECTED}
    for finding in report.findings:
        if finding.class_ is FindingClass.COMPROMISE:
            for tree in {evidence.location.path.partition("/")[0] for evidence in finding.evidence}:
                found[tree].append(finding)
    return found


def _type(file: Path) -> str:
    return {"Cargo.lock": "cargo", "requirements.txt": "pypi", "Gemfile.lock": "gem"}.get(file.name, "npm")


@pytest.mark.parametrize("id_", EXPECTED)
def test_the_reenacted_tree_is_found_with_its_campaign_and_actor(id_: str, hits: Findings) -> None:
    expected = EXPECTED[id_]
    found = [finding for finding in hits[id_] if _of(finding, id_)]
    assert expected.hit in {finding.state for finding in found}
    finding = next(finding for finding in found if finding.state is expected.hit)
    campaign = finding.campaign
    assert campaign is not None
    assert campaign.id == id_
    assert (campaign.actor.name if campaign.actor else "") == expected.actor
    assert campaign.nation == expected.nation
    assert finding.what_to_do


@pytest.mark.parametrize("id_", EXPECTED)
def test_the_tree_beside_it_is_not_taken_for_it(id_: str, near_misses: Findings) -> None:
    assert [finding.title for finding in near_misses[id_] if finding.state is State.CERTAIN] == []


@pytest.mark.parametrize("id_", [id_ for id_, expected in EXPECTED.items() if expected.text or expected.needs])
def test_the_sign_in_the_text_of_a_file_is_found(id_: str, hits: Findings) -> None:
    places = {evidence.location.path for finding in hits[id_] if _of(finding, id_) for evidence in finding.evidence}
    assert any(place.endswith(EXPECTED[id_].text) for place in places), places


def _of(finding: Finding, id_: str) -> bool:
    return any(claim.record == id_ for claim in finding.claims)


@pytest.fixture(scope="session")
def campaigns() -> list[Campaign]:
    read = list(rulebook.read(ROOT / "rules"))
    assert [item for item in read if not isinstance(item, Campaign)] == []
    return [item for item in read if isinstance(item, Campaign)]


def test_every_campaign_has_its_two_trees_and_its_line(campaigns: list[Campaign]) -> None:
    ids = {campaign.id for campaign in campaigns}
    assert set(EXPECTED) == ids
    assert {path.name for path in CASES.iterdir() if path.is_dir()} == ids


@pytest.mark.parametrize("name", ["Sapphire Sleet", "BlueNoroff", "UNC1069", "apt38", "STARDUST CHOLLIMA"])
def test_every_vendors_name_finds_the_same_actor(name: str, campaigns: list[Campaign]) -> None:
    actors = {campaign.actor.id: campaign.actor for campaign in campaigns if campaign.actor is not None}
    known = [
        actor.id
        for actor in actors.values()
        if name.casefold() in {one.casefold() for one in (actor.id, actor.name, *actor.aliases)}
    ]
    assert known == ["sapphire-sleet"]


def test_the_list_of_campaigns_is_that_of_the_files(golden: Golden, campaigns: list[Campaign]) -> None:
    golden(ROOT / "docs" / "campaign-list.md", _table(sorted(campaigns, key=lambda campaign: campaign.id)))


_COUNTED = (
    ("packages", (IndicatorType.PACKAGE,)),
    ("digests", (IndicatorType.DIGEST,)),
    ("hosts", (IndicatorType.DOMAIN, IndicatorType.IP, IndicatorType.URL)),
    ("products", (IndicatorType.PRODUCT,)),
)


def _table(campaigns: list[Campaign]) -> str:
    total = sum(len(campaign.indicators) for campaign in campaigns)
    lines = [
        "# Campaigns",
        "",
        f"{len(campaigns)} campaigns with {total:,} indicators. Made from `rules/campaigns/` by",
        "`pytest tests/test_campaigns.py --accept`; [campaigns.md](campaigns.md) says what stands in a file. The actor",
        "is the one that reporting names: who says so, and how surely, is in the file.",
        "",
        f"| id | name | actor | nation | span | ecosystems | {' | '.join(name for name, _ in _COUNTED)} | others |",
        f"|---|---|---|---|---|---|{'---:|' * (len(_COUNTED) + 1)}",
    ]
    for campaign in campaigns:
        counts = [sum(one.type in types for one in campaign.indicators) for _, types in _COUNTED]
        cells = (
            campaign.id,
            campaign.name.replace("|", "\\|"),
            campaign.actor.name if campaign.actor is not None else "",
            campaign.nation if campaign.nation != "unknown" else "",
            " to ".join(dict.fromkeys(date for date in (campaign.first_seen, campaign.last_seen) if date)),
            ", ".join(campaign.ecosystems),
            *(str(count) if count else "" for count in (*counts, len(campaign.indicators) - sum(counts))),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
