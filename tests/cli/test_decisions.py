"""`pratique audit --decide`: kept, recalled by the next audit, and hiding nothing."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, command
from tests.deliveries import Document, delivery, spoiled, written

WHY = ("--because", "no way round", "--by", "Ada")


@pytest.fixture
def audit(run: Run, synced: Path, tmp_path: Path) -> Run:
    """`pratique audit` with the decisions of the test's folder."""

    def audit(*arguments: str | Path, **more: Any) -> Any:
        beside = tmp_path / "pratique.toml"
        beside.touch()
        return run("audit", *arguments, "--intel-dir", synced, "--policy", beside, **more)

    return audit


def kept(folder: Path) -> list[Document]:
    made: list[Document] = tomllib.loads((folder / "pratique-decisions.toml").read_text())["decision"]
    return made


def leaky(version: str = "1.0.0", created: str = "2026-10-01T08:00:00Z") -> Document:
    """A delivery with one vulnerability and nothing else."""
    document = delivery(version, created)
    document["metadata"]["component"]["supplier"] = {"name": "Makers"}
    document["components"][0].update(name="leaky", version="1.0.0", purl="pkg:npm/leaky@1.0.0", externalReferences=[])
    return document


def test_a_decision_is_kept_beside_the_policy(audit: Run, tmp_path: Path) -> None:
    sbom = written(tmp_path, "v1.json", leaky())
    ran = audit(sbom, "--decide", "accept-until:2027-01-31", *WHY, "--condition", "Mend it.", "--condition", "Soon.")
    assert ran.err == ""
    assert ran.status == 0
    assert "What was decided? Accepted until 2027-01-31, on 20" in ran.out
    (made,) = kept(tmp_path)
    assert (made["decide"], str(made["until"])) == ("accept-until", "2027-01-31")
    assert (made["because"], made["by"]) == ("no way round", "Ada")
    assert made["conditions"] == ["Mend it.", "Soon."]
    assert (made["product"], made["version"], made["vendor"]) == ("shop", "1.0.0", "Makers")
    assert made["verdict"] == "vulnerable"
    assert [one["records"] for one in made["open"]] == [["GHSA-1"]]
    assert {file.name for file in tmp_path.iterdir()} == {"v1.json", "pratique.toml", "pratique-decisions.toml"}


def test_the_next_audit_starts_from_it_whatever_the_file_is_called(audit: Run, tmp_path: Path) -> None:
    audit(written(tmp_path, "v1.json", leaky()), "--decide", "accept", *WHY)
    again = audit(written(tmp_path, "copy.json", leaky()))
    assert "What was decided? Accepted, on 20" in again.out
    assert "no finding is new since" in again.out


def test_of_another_delivery_what_came_since_is_told_and_conditions_are_asked(audit: Run, tmp_path: Path) -> None:
    audit(written(tmp_path, "v1.json", leaky()), "--decide", "accept-until:2027-01-31", *WHY, "--condition", "Mend.")
    document = spoiled(leaky("2.0.0"))
    document["components"][1].update(name="evil", version="3.0.0", purl="pkg:npm/evil@3.0.0")
    ran = audit(written(tmp_path, "v2.json", document), "--format", "json")
    dossier = json.loads(ran.out)
    told = dossier["decision"]
    assert told["sbom"]["same"] is False
    assert told["version"] == "1.0.0"
    assert [one["id"] for one in dossier["scan"]["findings"] if one["class"] == "compromise"] == told["new"]
    assert dossier["questions"][0]["text"].endswith("Has it been met? Mend.")
    text = audit(tmp_path / "v2.json").out
    assert "The last delivery, 1.0.0, was accepted until 2027-01-31" in text
    assert "1 finding is new since, 1 compromise among them" in text


def test_an_accepted_compromise_stays_one(audit: Run, tmp_path: Path) -> None:
    document = delivery()
    document["components"][0].update(
        name="evil", version="3.0.0", purl="pkg:npm/evil@3.0.0", externalReferences=[], hashes=[]
    )
    sbom = written(tmp_path, "v1.json", document)
    for arguments in (("--decide", "accept", *WHY), ()):
        ran = audit(sbom, *arguments)
        assert ran.status == 1
        assert ran.out.startswith("COMPROMISED")
        assert "Accepted, on" in ran.out
    assert kept(tmp_path)[0]["verdict"] == "compromised"


def test_a_day_that_has_passed_is_told(audit: Run, tmp_path: Path) -> None:
    sbom = written(tmp_path, "v1.json", leaky())
    audit(sbom, "--decide", "accept-until:2027-01-31", *WHY)
    file = tmp_path / "pratique-decisions.toml"
    file.write_text(file.read_text().replace("2027-01-31", "2026-01-31"))
    ran = audit(sbom, "--format", "json")
    assert json.loads(ran.out)["decision"]["expired"] is True
    assert "that day has passed, decide anew" in " ".join(audit(sbom).out.split())


def test_the_last_word_counts_and_what_people_wrote_stays(audit: Run, tmp_path: Path) -> None:
    sbom = written(tmp_path, "v1.json", leaky())
    file = tmp_path / "decided.toml"
    file.write_text("# ours")
    for answer in ("accept", "refuse"):
        audit(sbom, "--decisions", file, "--decide", answer, *WHY)
    assert file.read_text().startswith("# ours\n")
    assert "What was decided? Refused, on" in audit(sbom, "--decisions", file).out


def statements(out: str) -> dict[str, Document]:
    return {one["vulnerability"]["name"]: one for one in json.loads(out)["statements"]}


def test_accepted_vulnerabilities_are_told_as_openvex(audit: Run, tmp_path: Path) -> None:
    sbom = written(tmp_path, "v1.json", leaky())
    audit(sbom, "--decide", "accept-until:2027-01-31", *WHY, "--condition", "Mend it.")
    one = statements(audit(sbom, "--format", "openvex").out)["GHSA-1"]
    assert one["status"] == "affected"
    assert one["action_statement"].startswith("Accepted until 2027-01-31 by Ada on 20")
    assert one["action_statement"].endswith("no way round; on condition: Mend it.")

    audit(sbom, "--decide", "accept", *WHY, "--not-affected", "ghsa-1=vulnerable_code_not_present")
    said = audit(sbom, "--format", "openvex").out
    one = statements(said)["GHSA-1"]
    assert (one["status"], one["justification"]) == ("not_affected", "vulnerable_code_not_present")
    assert one["impact_statement"].startswith("no way round (decided by Ada on 20")
    # What was written down as VEX counts where somebody hands it over, and only there.
    vex = tmp_path / "accepted.openvex.json"
    vex.write_text(said)
    assert audit(sbom).out.startswith("VULNERABLE")
    assert audit(sbom, "--vex", vex).out.startswith("CLEAR")
    # Of another delivery nothing was decided.
    other = statements(audit(written(tmp_path, "v2.json", leaky("2.0.0")), "--format", "openvex").out)["GHSA-1"]
    assert "Ada" not in json.dumps(other)


def test_a_folder_shows_what_was_decided_on_each(audit: Run, tmp_path: Path) -> None:
    folder = tmp_path / "deliveries"
    folder.mkdir()
    audit(written(folder, "v1.json", leaky()), "--decide", "refuse", *WHY)
    rows = json.loads(audit(folder, "--format", "json").out)["audits"]
    assert [row["decision"]["decide"] for row in rows] == ["refuse"]
    assert '"refused, on 20' in audit(folder, "--format", "csv").out


NASTY = 'x"]\n[[decision]]\nby = "\x1b[2J\u202e'


def test_hostile_text_is_text(audit: Run, tmp_path: Path) -> None:
    document = leaky()
    document["metadata"]["component"].update(name=NASTY, supplier={"name": NASTY})
    sbom = written(tmp_path, "v1.json", document)
    ran = audit(sbom, "--decide", "accept-until:2027-01-31", "--because", NASTY, "--by", NASTY, "--condition", NASTY)
    (made,) = kept(tmp_path)
    assert (made["because"], made["product"]) == (NASTY, NASTY)
    for out in (ran.out, audit(sbom).out, audit(sbom, "--format", "html").out):
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "Accepted until" in out or "accepted until" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--decide", "perhaps", *WHY), "no decision"),
        (("--decide", "accept:2027-01-01", *WHY), "no decision"),
        (("--decide", "accept-until", *WHY), "no decision"),
        (("--decide", "accept-until:2020-01-01", *WHY), "is over"),
        (("--decide", "accept", "--by", "Ada"), "--because"),
        (("--decide", "accept", "--because", "so", "--by", " "), "--by"),
        (("--decide", "accept", *WHY, "--condition", "x"), "--condition"),
        (("--decide", "accept", *WHY, "--not-affected", "CVE-1=because"), "--not-affected"),
        (("--by", "Ada"), "--decide"),
        (("--decisions", "/nowhere/d.toml"), "no such file"),
        (("--decisions", "/nowhere/d.toml", "--decide", "accept", *WHY), "cannot be written"),
    ],
)
def test_what_is_no_decision_is_refused(audit: Run, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    ran = audit(written(tmp_path, "v1.json", leaky()), *arguments)
    assert ran.status == 2
    assert says in ran.err
    assert ran.out == ""
    assert not (tmp_path / "pratique-decisions.toml").exists()


def test_a_broken_file_is_neither_read_nor_written(audit: Run, tmp_path: Path) -> None:
    sbom = written(tmp_path, "v1.json", leaky())
    file = tmp_path / "pratique-decisions.toml"
    file.write_text("\n[[decision]]\ndecide = 3\n")
    for arguments in ((), ("--decide", "accept", *WHY)):
        ran = audit(sbom, *arguments)
        assert ran.status == 2
        assert "pratique-decisions.toml:" in ran.err
    assert file.read_text() == "\n[[decision]]\ndecide = 3\n"


def test_an_sbom_that_cannot_be_read_is_not_decided_on(audit: Run, tmp_path: Path) -> None:
    folder = tmp_path / "deliveries"
    folder.mkdir()
    ran = audit(folder, "--decide", "accept", *WHY)
    assert ran.status == 2
    assert "one SBOM" in ran.err


def test_of_many_writers_none_loses_a_decision(synced: Path, world: dict[str, str], tmp_path: Path) -> None:
    sbom = written(tmp_path, "v1.json", leaky())
    file = tmp_path / "d.toml"
    arguments = ("audit", sbom, "--intel-dir", synced, "--decisions", file, "--decide", "accept", "--because", "so")
    at_once = [
        subprocess.Popen(command(*arguments, "--by", f"writer {number}"), env=world, stdout=subprocess.DEVNULL)
        for number in range(4)
    ]
    assert [one.wait(60) for one in at_once] == [0] * 4
    made = tomllib.loads(file.read_text())["decision"]
    assert {one["by"] for one in made} == {f"writer {number}" for number in range(4)}
    assert {one.name for one in tmp_path.iterdir()} == {"v1.json", "d.toml"}
