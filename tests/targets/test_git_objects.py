"""A repository may be an attacker's: its objects are read, and nothing of it runs, leads out, or makes us wait.

The hostile cases are those of the table in docs/history.md. Each command that a hostile repository names would leave a
file behind; every test looks for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.errors import EngineError, InputError
from scanner.model.component import Problem
from scanner.targets import git_process
from scanner.targets.git_objects import Change, Repository, open_repository
from tests.targets.repositories import Git


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[Path]:
    """What hostile commands would make; it must not be there when the test ends."""
    path = tmp_path / "executed"
    yield path
    assert not path.exists(), "something of the repository was executed"


def read_all(path: Path) -> tuple[list[str], dict[str, bytes]]:
    """Everything that a history scan asks of a repository: (commit ids, files of HEAD)."""
    with open_repository(path) as repository:
        problems: list[Problem] = []
        commits = list(repository.commits(frozenset(repository.tips(problems).values())))
        list(repository.changes((commit.id, commit.parents[0]) for commit in commits if commit.parents))
        head = repository.resolve("HEAD")
        repository.author(head)
        files = {entry.path: repository.blob(entry.blob) for entry in repository.tree(head) if entry.regular}
        assert problems == []
        return [commit.id for commit in commits], files


def test_reads_commits_trees_changes_and_blobs(tmp_path: Path) -> None:
    git = Git(tmp_path)
    first = git.commit("one", a="1\n", d__b="2\n")
    second = git.commit("two", a="3\n", d__b=None, c="\0binary")
    with open_repository(tmp_path / "d" if (tmp_path / "d").exists() else tmp_path) as repository:
        commits = list(repository.commits([repository.resolve("main")]))
        assert [(commit.id, commit.parents) for commit in commits] == [(first, ()), (second, (first,))]
        assert commits[0].time.isoformat() == "2026-03-21T09:46:40+00:00"
        changes = {change.path: change for change in repository.changed(second, first)}
        assert set(changes) == {"a", "c", "d/b"}
        assert changes["d/b"].after is None
        after = changes["c"].after
        assert after is not None
        assert repository.blob(after) == b"\0binary"
        assert repository.find(commits[0].tree, "d/b") == changes["d/b"].before
        assert repository.find(commits[1].tree, "d/b") is None
        assert repository.find(commits[1].tree, "a/nothing") is None
        assert {entry.path for entry in repository.tree(first)} == {"a", "d/b"}
        assert (repository.author(first), repository.subject(second)) == ("Ada", "two")
        assert repository.merge_base(first, second) == first


def test_revisions_are_found_as_git_finds_them(tmp_path: Path) -> None:
    git = Git(tmp_path)
    first = git.commit("one", a="1")
    git("tag", "--annotate", "--message", "v1", "v1")
    second = git.commit("two", a="2")
    git("checkout", "--quiet", "-b", "topic/x", first)
    third = git.commit("three", b="1")
    git("checkout", "--quiet", "main")
    merged = git.merge("topic/x")
    git("update-ref", "refs/remotes/origin/main", second)
    git("pack-refs", "--all")
    git("branch", "loose", second)
    with open_repository(tmp_path) as repository:
        for revision, expected in {
            "HEAD": merged,
            "@": merged,
            "main": merged,
            "v1": first,
            "refs/tags/v1": first,
            "topic/x": third,
            "loose": second,
            "origin/main": second,
            "HEAD~1": second,
            "HEAD^2": third,
            "HEAD^2~1": first,
            "HEAD^^": first,
            "main^0": merged,
            third: third,
            third[:10]: third,
        }.items():
            assert repository.resolve(revision) == expected == git("rev-parse", f"{revision}^{{commit}}"), revision
        for unknown in ("nothing", "HEAD~9", "HEAD^3", "", "--all", "-h", ":/one", "main:a", "../main", "f" * 40):
            with pytest.raises(InputError):
                repository.resolve(unknown)


def test_a_branch_named_like_an_option_is_a_branch(tmp_path: Path, marker: Path) -> None:
    git = Git(tmp_path / "r")
    first = git.commit("one", a="1")
    for name in (f"--output={marker}", f"--upload-pack=touch {marker}", "-h"):
        path = tmp_path / "r/.git/refs/heads" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(first + "\n")
    with open_repository(tmp_path / "r") as repository:
        assert repository.resolve(f"--output={marker}") == first
        assert repository.resolve("-h") == first
        assert len(repository.tips([])) == 5


def hostile(git: Git, marker: Path) -> None:
    """Everything in a repository that names a program, all at once."""
    touch = f"touch {marker}"
    for key in (
        "core.fsmonitor core.sshCommand core.pager core.editor core.askPass core.gitProxy core.alternateRefsCommand "
        "sequence.editor diff.external diff.evil.textconv diff.evil.command filter.evil.clean filter.evil.smudge "
        "filter.evil.process merge.evil.driver gpg.program gpg.ssh.program credential.helper pager.log pager.rev-list "
        "uploadpack.packObjectsHook remote.origin.uploadpack"
    ).split():
        git("config", key, touch)
    git("config", "core.hooksPath", str(git.root / "hooks"))
    git("config", "alias.rev-list", f"!{touch}")
    git("config", "alias.cat-file", f"!{touch}")
    git("config", "log.showSignature", "true")
    git("config", "extensions.partialClone", "origin")
    git("config", "remote.origin.promisor", "true")
    git("config", "remote.origin.url", f"ext::sh -c {touch.replace(' ', '% ')}")
    git("config", "protocol.ext.allow", "always")
    git("config", "core.repositoryFormatVersion", "1")
    for folder in (git.root / "hooks", git.root / ".git/hooks"):
        folder.mkdir(exist_ok=True)
        for name in "post-index-change post-checkout reference-transaction pre-auto-gc post-rewrite".split():
            (folder / name).write_text(f"#!/bin/sh\n{touch}\n")
            (folder / name).chmod(0o755)
    (git.root / ".git/info").mkdir(exist_ok=True)
    (git.root / ".git/info/attributes").write_text("* diff=evil filter=evil merge=evil\n")


def test_nothing_that_a_repository_names_is_executed(tmp_path: Path, marker: Path) -> None:
    git = Git(tmp_path / "r")
    git.commit("one", a="1\n", x__gitattributes="* diff=evil filter=evil\n")
    (tmp_path / "r/.gitattributes").write_text("* diff=evil filter=evil merge=evil export-subst ident\n")
    (tmp_path / "r/.gitmodules").write_text(
        f'[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch {marker}\n\tupdate = !touch {marker}\n'
    )
    last = git.commit("two", a="2\n", d__b="3\n")
    hostile(git, marker)
    # The repository is dangerous indeed: plain git runs what it names.
    subprocess.run(["git", "status"], cwd=git.root, capture_output=True, check=False)
    assert marker.exists()
    marker.unlink()
    commits, files = read_all(git.root)
    assert commits[-1] == last
    assert files["a"] == b"2\n"


def test_a_missing_object_of_a_partial_clone_is_not_fetched(tmp_path: Path, marker: Path) -> None:
    git = Git(tmp_path / "r")
    commit = git.commit("one", a="1\n")
    blob = git("rev-parse", "HEAD:a")
    hostile(git, marker)
    (git.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with open_repository(git.root) as repository:
        assert repository.layout.partial
        (entry,) = [entry for entry in repository.tree(commit) if entry.path == "a"]
        with pytest.raises(InputError, match="not in this copy") as caught:
            repository.blob(entry.blob)
        assert "left on the server" in str(caught.value)


def test_our_own_environment_and_configuration_do_not_reach_git(
    tmp_path: Path, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = Git(tmp_path / "r")
    git.commit("one", a="1\n")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f'[alias]\n\tcat-file = "!touch {marker}"\n[core]\n\tpager = touch {marker}\n')
    other = Git(tmp_path / "other")
    other.commit("another", z="1\n")
    for name, value in {
        "HOME": str(home),
        "GIT_DIR": str(other.root / ".git"),
        "GIT_OBJECT_DIRECTORY": str(other.root / ".git/objects"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": f"touch {marker}",
        "GIT_EXTERNAL_DIFF": f"touch {marker}",
        "GIT_TRACE": str(marker),
        "GIT_PAGER": f"touch {marker}",
    }.items():
        monkeypatch.setenv(name, value)
    assert read_all(tmp_path / "r")[1] == {"a": b"1\n"}


def test_replaced_objects_and_grafts_hide_nothing(tmp_path: Path) -> None:
    git = Git(tmp_path)
    first = git.commit("one", a="evil\n")
    second = git.commit("two", a="good\n")
    git("replace", "--graft", second)
    evil, good = git("rev-parse", f"{first}:a"), git("rev-parse", f"{second}:a")
    git("replace", evil, good)
    (tmp_path / ".git/info").mkdir(exist_ok=True)
    (tmp_path / ".git/info/grafts").write_text(second + "\n")
    assert first not in git("rev-list", "main")
    with open_repository(tmp_path) as repository:
        assert [commit.id for commit in repository.commits([second])] == [first, second]
        assert repository.blob(evil) == b"evil\n"
        problems: list[Problem] = []
        assert "refs/replace/" + evil not in repository.tips(problems)
        assert problems == []


def test_a_lying_commit_graph_is_not_believed(tmp_path: Path) -> None:
    git = Git(tmp_path)
    git.commit("one", a="1")
    second = git.commit("two", a="2")
    git("commit-graph", "write", "--reachable")
    path = tmp_path / ".git/objects/info/commit-graph"
    path.chmod(0o644)
    graph = bytearray(path.read_bytes())
    # https://git-scm.com/docs/gitformat-commit-graph: chunks by id, ids in order, and for each its tree and parents.
    chunks = {
        bytes(graph[at : at + 4]): int.from_bytes(graph[at + 4 : at + 12]) for at in range(8, 8 + 12 * graph[6], 12)
    }
    names = [bytes(graph[at : at + 20]) for at in range(chunks[b"OIDL"], chunks[b"OIDL"] + 40, 20)]
    parent = chunks[b"CDAT"] + 36 * names.index(bytes.fromhex(second)) + 20
    graph[parent : parent + 4] = (0x70000000).to_bytes(4)  # "no parent"
    path.write_bytes(graph)
    assert git("rev-list", "main").split() == [second]  # git itself believes it
    assert len(read_all(tmp_path)[0]) == 2


@pytest.mark.parametrize("kind", ["alternates", "objects", "pack", "fan-out", "chained"])
def test_objects_are_not_borrowed_from_outside(tmp_path: Path, kind: str) -> None:
    secret = Git(tmp_path / "secret")
    secret.commit("secret", s="1\n")
    git = Git(tmp_path / "r")
    git.commit("one", a="1\n")
    objects, theirs = git.root / ".git/objects", secret.root / ".git/objects"
    match kind:
        case "alternates":
            (objects / "info/alternates").write_text(f"# a comment\n{theirs}\n")
        case "objects":
            shutil.rmtree(objects)
            objects.symlink_to(theirs)
        case "pack":
            shutil.rmtree(objects / "pack")
            (objects / "pack").symlink_to(theirs / "pack")
        case "fan-out":
            free = next(f"{n:02x}" for n in range(256) if not (objects / f"{n:02x}").exists())
            (objects / free).symlink_to(theirs)
        case "chained":
            inner = git.root / "inner"
            (inner / "info").mkdir(parents=True)
            (inner / "info/alternates").write_text("../../secret/.git/objects\n")
            (objects / "info/alternates").write_text("../../inner\n")
    if kind == "chained":
        (git.root / "inner/info/alternates").write_text(f"{theirs}\n")
    with pytest.raises(InputError, match="out of the target"):
        open_repository(git.root)


def test_objects_borrowed_inside_the_target_are_read(tmp_path: Path) -> None:
    Git(tmp_path / "r/base").commit("one", a="1\n")
    outer = Git(tmp_path / "r")
    outer("clone", "--quiet", "--shared", "base", "copy")
    shutil.copytree(tmp_path / "r/copy/.git", tmp_path / "copied")
    shutil.rmtree(tmp_path / "r/.git")
    shutil.move(tmp_path / "copied", tmp_path / "r/.git")
    assert read_all(tmp_path / "r")[1] == {"a": b"1\n"}


def test_a_linked_dot_git_that_leads_out_is_refused(tmp_path: Path) -> None:
    Git(tmp_path / "secret").commit("secret", s="1\n")
    target = tmp_path / "r"
    target.mkdir()
    (target / ".git").symlink_to(tmp_path / "secret/.git")
    with pytest.raises(InputError, match="out of the target"):
        open_repository(target)
    (target / ".git").unlink()
    (target / ".git").write_text(f"gitdir: {tmp_path}/secret/.git\n")
    with pytest.raises(InputError, match="does not know of this folder"):
        open_repository(target)
    (target / ".git").write_text("gitdir: /nowhere/at/all\n")
    with pytest.raises(InputError, match="not there"):
        open_repository(target)


def test_worktrees_and_submodules_are_read_where_they_point(tmp_path: Path) -> None:
    main = Git(tmp_path / "main")
    first = main.commit("one", a="1\n")
    main("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    side = tmp_path / "side"
    (side / "a").write_text("2\n")
    main("-C", str(side), "commit", "--quiet", "--all", "--message", "two")
    commits, files = read_all(side)
    assert files == {"a": b"2\n"}
    assert commits[0] == first
    with open_repository(main.root) as repository:  # seen from the main worktree as well
        assert "worktrees/side/HEAD" in repository.refs.ids
        assert repository.resolve("HEAD") == first
    library = Git(tmp_path / "library")
    library.commit("library", l="1\n")
    main("submodule", "--quiet", "add", str(library.root), "sub")
    main.commit("with a submodule")
    assert read_all(main.root / "sub")[1] == {"l": b"1\n"}
    assert set(read_all(main.root)[1]) == {"a", ".gitmodules"}  # the submodule itself is no file


def test_a_bare_repository_and_a_folder_inside_one(tmp_path: Path) -> None:
    git = Git(tmp_path / "r")
    git.commit("one", d__a="1\n")
    git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    assert read_all(tmp_path / "bare.git")[1] == {"d/a": b"1\n"}
    with open_repository(git.root / "d") as repository:
        assert repository.layout.prefix == "d"


def test_a_shallow_clone_says_where_it_breaks_off(tmp_path: Path) -> None:
    git = Git(tmp_path / "r")
    for number in range(4):
        git.commit(str(number), a=str(number))
    git("clone", "--quiet", "--depth=2", f"file://{git.root}", str(tmp_path / "shallow"))
    with open_repository(tmp_path / "shallow") as repository:
        commits = list(repository.commits(frozenset(repository.tips([]).values())))
        assert len(commits) == 2
        assert (commits[0].id,) == repository.layout.shallow
        assert commits[0].parents == ()


def test_hashes_of_256_bits(tmp_path: Path) -> None:
    git = Git(tmp_path, "--object-format=sha256")
    git.commit("one", d__a="1\n")
    last = git.commit("two", d__a="2\n")
    assert len(last) == 64
    assert read_all(tmp_path)[1] == {"d/a": b"2\n"}
    with open_repository(tmp_path) as repository:
        tree = git("rev-parse", "HEAD^{tree}")
        assert repository.find(tree, "d/a") == git("rev-parse", "HEAD:d/a")


def test_reftable_is_said_to_be_unread(tmp_path: Path) -> None:
    git = Git(tmp_path)
    git.commit("one", a="1")
    git("config", "extensions.refStorage", "reftable")
    with pytest.raises(InputError, match="reftable"):
        open_repository(tmp_path)


def test_a_huge_blob_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    git = Git(tmp_path)
    git.commit("one", a="x" * 100_000, b="small")
    with open_repository(tmp_path) as repository:
        blobs = {entry.path: entry.blob for entry in repository.tree(repository.resolve("HEAD"))}
        with pytest.raises(InputError, match="100000 bytes"):
            repository.blob(blobs["a"], limit=1000)
        assert repository.blob(blobs["b"]) == b"small"


def test_a_broken_object_costs_itself_only(tmp_path: Path) -> None:
    git = Git(tmp_path)
    git.commit("one", a="1\n", b="2\n")
    broken = git("rev-parse", "HEAD:a")
    path = tmp_path / ".git/objects" / broken[:2] / broken[2:]
    path.chmod(0o644)
    path.write_bytes(b"garbage")
    with open_repository(tmp_path) as repository:
        for _ in range(3):
            with pytest.raises(InputError):
                repository.blob(broken)
        assert repository.blob(git("rev-parse", "HEAD:b")) == b"2\n"


def test_an_object_that_is_a_pipe_does_not_hold_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_process, "PATIENCE", 0.5)
    git = Git(tmp_path)
    git.commit("one", a="1\n")
    blob = git("rev-parse", "HEAD:a")
    path = tmp_path / ".git/objects" / blob[:2] / blob[2:]
    path.unlink()
    os.mkfifo(path)
    with open_repository(tmp_path) as repository, pytest.raises((EngineError, InputError)):
        repository.blob(blob)


def test_a_ref_that_makes_no_sense_costs_itself_only(tmp_path: Path) -> None:
    git = Git(tmp_path)
    first = git.commit("one", a="1")
    heads = tmp_path / ".git/refs/heads"
    (heads / "broken").write_text("no commit\n")
    (heads / "lost").write_text("1" * 40 + "\n")
    (heads / "climbing").write_text("ref: ../../../../etc/passwd\n")
    (heads / "link").symlink_to("/etc/passwd")
    os.mkfifo(heads / "pipe")
    git("tag", "file", git("rev-parse", "HEAD:a"))
    with open_repository(tmp_path) as repository:
        problems = list(repository.refs.problems)
        assert repository.tips(problems) == {"HEAD": first, "refs/heads/main": first}
        assert sorted(problem.where for problem in problems) == [
            f"refs/heads/{n}" for n in ("broken", "link", "lost", "pipe")
        ]


def test_what_is_no_repository_or_has_no_commit_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="no git repository"):
        open_repository(Path("/"))
    empty = Git(tmp_path / "empty")
    with open_repository(empty.root) as repository:
        assert repository.tips([]) == {}
        assert list(repository.commits([])) == []
        with pytest.raises(InputError, match="no revision"):
            repository.resolve("HEAD")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineError, match="git is not installed"):
        open_repository(empty.root)


def test_a_git_that_lies_in_the_target_is_not_ours(
    tmp_path: Path, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = Git(tmp_path / "r")
    git.commit("one", a="1")
    fake = git.root / "bin/git"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\ntouch {marker}\n")
    fake.chmod(0o755)
    monkeypatch.chdir(git.root)
    monkeypatch.setenv("PATH", f"bin:{os.environ['PATH']}")  # a relative entry is never used
    read_all(git.root)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    with pytest.raises(EngineError, match="in the target"):
        open_repository(git.root)


def test_names_in_every_encoding(tmp_path: Path) -> None:
    git = Git(tmp_path)
    names = ["ü/ä", "a\nb", 'quo"te', " space ", ":100644 x", "\udcff"]
    first = git.commit_files("one", dict.fromkeys(names, "1"))
    second = git.commit_files("two", dict.fromkeys(names, "2"))
    with open_repository(tmp_path) as repository:
        assert {entry.path for entry in repository.tree(first)} == set(names)
        changes = repository.changed(second, first)
        assert {change.path for change in changes} == set(names)
        assert all(isinstance(change, Change) and change.before != change.after for change in changes)


def test_only_ids_reach_git(tmp_path: Path) -> None:
    Git(tmp_path).commit("one", a="1")
    with open_repository(tmp_path) as repository:
        for call in (
            lambda r: list(r.tree("--help")),
            lambda r: r.blob("HEAD:a"),
            lambda r: list(r.commits(["--all"])),
            lambda r: r.changed("HEAD", "main"),
            lambda r: r.merge_base("--all", "HEAD"),
        ):
            with pytest.raises(InputError, match="object id"):
                call_with(call, repository)


def call_with(call: object, repository: Repository) -> None:
    assert callable(call)
    call(repository)
