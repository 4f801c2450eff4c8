"""What stands in deploy/ is YAML, calls commands and options that exist, and gives nobody more than is needed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from scanner.cli import pratique
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "docker-compose.yml").read_text("utf-8"))
MANIFESTS = [
    document
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    if file.name != "kustomization.yaml"
    for document in yaml.safe_load_all(file.read_text("utf-8"))
]
OURS = [name for name, service in COMPOSE["services"].items() if name != "database"]


def pods() -> Iterator[Any]:
    for document in MANIFESTS:
        match document["kind"]:
            case "Deployment":
                yield pytest.param(document["spec"]["template"], id=document["metadata"]["name"])
            case "CronJob":
                yield pytest.param(document["spec"]["jobTemplate"]["spec"]["template"], id=document["metadata"]["name"])


def understood(words: list[str]) -> click.Context:
    """The command that these words call, with its options read. Raises where there is none, or it refuses them."""
    # As compose does with what is not set.
    given = [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", word) for word in words]
    context = pratique.make_context("pratique", given)
    command: click.Command = pratique
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        command = found
        context = command.make_context(name, rest, parent=context)
    return context


@pytest.mark.parametrize("name", OURS)
def test_compose_calls_what_exists_as_nobody_on_a_read_only_root(name: str) -> None:
    service = COMPOSE["services"][name]
    assert understood(service["command"]).command.name in ("worker", "serve", "sync")
    assert service["user"] == "65532:65532"
    assert (service["read_only"], service["cap_drop"], service["init"]) == (True, ["ALL"], True)
    assert service["security_opt"] == ["no-new-privileges:true"]
    if name != "sync":
        assert service["healthcheck"]["test"][0] == "CMD"


def test_compose_has_no_secret_in_its_environment_and_no_image_without_a_name_for_it() -> None:
    for service in COMPOSE["services"].values():
        assert not [word for word in service["environment"] if "PASSWORD" in word and not word.endswith("_FILE")]
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])
        assert service["image"].startswith("${")
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    database = COMPOSE["services"]["database"]
    assert (database["user"], database["read_only"], database["networks"]) == ("999:999", True, ["inside"])
    assert COMPOSE["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("pod", list(pods()))
def test_pods_meet_the_restricted_standard_and_call_what_exists(pod: dict[str, Any]) -> None:
    spec = pod["spec"]
    assert (spec["securityContext"]["runAsNonRoot"], spec["automountServiceAccountToken"]) == (True, False)
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    (container,) = spec["containers"]
    context = understood(container["args"])
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]
    volumes = {one["name"] for one in spec["volumes"]}
    assert {one["name"] for one in container["volumeMounts"]} == volumes
    if context.command.name == "sync":
        return
    (port,) = container["ports"]
    probes = [container[f"{probe}Probe"]["httpGet"] for probe in ("liveness", "readiness", "startup")]
    assert [(one["path"], one["port"]) for one in probes] == [
        ("/healthz", port["name"]), ("/readyz", port["name"]), ("/healthz", port["name"]),
    ]  # fmt: skip
    said = context.params.get("health") or f"{context.params['host']}:{context.params['port']}"
    assert said == f"0.0.0.0:{port['containerPort']}"


def test_a_worker_has_the_time_to_stop_that_it_takes() -> None:
    from scanner.pipeline.fleet import pool
    from scanner.pipeline.fleet.workers import worker

    (pod,) = [one.values[0] for one in pods() if one.id == "pratique-worker"]
    spec = pod["spec"]
    grace = understood(spec["containers"][0]["args"]).params["grace"]
    takes = grace + pool._PATIENCE + worker._LEAVING
    assert takes < spec["terminationGracePeriodSeconds"]
    compose = COMPOSE["services"]["worker"]
    assert understood(compose["command"]).params["grace"] + pool._PATIENCE + worker._LEAVING < int(
        compose["stop_grace_period"].removesuffix("s")
    )


def test_policies_and_services_mean_pods_that_there_are() -> None:
    labels = [pod.values[0]["metadata"]["labels"] for pod in pods()]
    for document in MANIFESTS:
        if document["kind"] not in ("NetworkPolicy", "Service"):
            continue
        spec = document["spec"]
        wanted = spec["selector"] if document["kind"] == "Service" else spec["podSelector"].get("matchLabels", {})
        assert any(wanted.items() <= one.items() for one in labels), document["metadata"]["name"]


def test_kustomize_puts_them_together() -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed here")
    done = subprocess.run([kubectl, "kustomize", DEPLOY / "kubernetes"], capture_output=True, text=True, check=True)
    together = list(yaml.safe_load_all(done.stdout))
    assert len(together) == len(MANIFESTS)
    assert {one["metadata"]["namespace"] for one in together} == {"pratique"}


def test_the_image_holds_what_the_dockerfile_copies() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.M)
    paths = [path for words in copied for path in words.split()]
    assert all((ROOT / path).exists() for path in paths)
    spared = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert {f"!{path}" for path in paths} <= set(spared)
    assert Path(ROOT / "ci/requirements-fleet.txt").is_file()


@pytest.mark.parametrize(("host", "given"), [("github.com", True), ("github.com.evil.invalid", False)])
def test_git_signs_in_where_the_token_is_for_and_nowhere_else(host: str, given: bool, tmp_path: Path) -> None:
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_SYSTEM": str(DEPLOY / "gitconfig"),
        "GIT_TERMINAL_PROMPT": "0", "GITHUB_TOKEN": "of-a-test",
    }  # fmt: skip
    asked = f"protocol=https\nhost={host}\n\n"
    done = subprocess.run(
        ["git", "credential", "fill"], input=asked, capture_output=True, text=True, env=environ, check=False
    )
    assert ("password=of-a-test" in done.stdout, done.returncode == 0) == (given, given)


def test_only_workers_have_the_keys() -> None:
    """The pages meet strangers, and need none."""
    names = {name for name in OURS if "GITHUB_TOKEN" in COMPOSE["services"][name]["environment"]}
    assert names == {"worker"}
    assert [one.id for one in pods() if "envFrom" in one.values[0]["spec"]["containers"][0]] == ["pratique-worker"]
