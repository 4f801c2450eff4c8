"""Whom a client is configured to ask, with which key, and that no key goes anywhere else."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from scanner.errors import InputError, PratiqueError, UsageError
from scanner.model import purl as purls
from scanner.registries import clients, hosts
from scanner.registries.clients.registry import Registry

ENVIRON = {"PATH": "", "XDG_CONFIG_DIRS": "/nowhere", "npm_config_globalconfig": "/nowhere/npmrc"}
KEY = "k" * 8
BASIC = "Basic " + base64.b64encode(b"me:pw").decode()


def asked(home: Path, text: str, **environ: str) -> tuple[Registry, ...]:
    return clients.registries(purls.parse(text), {**ENVIRON, **environ}, home)


def configure(home: Path, path: str, text: str) -> None:
    (home / path).parent.mkdir(parents=True, exist_ok=True)
    (home / path).write_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "pkg:npm/%40s/a@1", "pkg:pypi/a@1", "pkg:cargo/a@1", "pkg:gem/a@1", "pkg:golang/forge.invalid/a@v1",
        "pkg:maven/g/a@1", "pkg:nuget/a@1", "pkg:composer/a/b@1",
    ],
)  # fmt: skip
def test_without_configuration_the_public_registry_is_asked(tmp_path: Path, text: str) -> None:
    (registry,) = asked(tmp_path, text, PIP_CONFIG_FILE="/dev/null")
    assert hosts.official(hosts.host(registry.url)), registry.url
    assert registry.url.startswith("https://")
    assert registry.headers(registry.url) == {}


def test_a_type_without_client_is_told() -> None:
    with pytest.raises(InputError, match="cannot be fetched"):
        asked(Path("/nowhere"), "pkg:deb/debian/a@1")


CONFIGURED = [
    pytest.param(
        "pkg:npm/%40corp/a@1",
        {".npmrc": "registry=https://all.invalid\n@corp:registry=https://corp.invalid/npm\n"
                   "//corp.invalid/npm/:_authToken=${NPM_TOKEN}\n"},
        {"NPM_TOKEN": KEY},
        "https://corp.invalid/npm/", f"Bearer {KEY}", id="npm scope",
    ),
    pytest.param(
        "pkg:npm/a@1",
        {".npmrc": "registry=https://all.invalid\n//all.invalid/:username=me\n//all.invalid/:_password=cHc=\n"},
        {}, "https://all.invalid/", BASIC, id="npm password",
    ),
    pytest.param(
        "pkg:npm/a@1", {".npmrc": "registry=https://all.invalid\n"}, {"NPM_CONFIG_REGISTRY": "https://env.invalid/r"},
        "https://env.invalid/r/", None, id="npm environment",
    ),
    pytest.param(
        # A key without a server is for nobody.
        "pkg:npm/a@1", {".npmrc": f"registry=https://all.invalid\n_authToken={KEY}\n"}, {},
        "https://all.invalid/", None, id="npm key without server",
    ),
    pytest.param(
        "pkg:pypi/a@1", {}, {"PIP_INDEX_URL": "https://me:pw@py.invalid/simple"},
        "https://py.invalid/simple/", BASIC, id="pip address",
    ),
    pytest.param(
        "pkg:pypi/a@1",
        {".config/pip/pip.conf": "[global]\nindex_url = https://py.invalid/simple/\n",
         ".netrc": "machine py.invalid login me password pw\n"},
        {}, "https://py.invalid/simple/", BASIC, id="pip netrc",
    ),
    pytest.param(
        "pkg:pypi/a@1", {".config/uv/uv.toml": '[[index]]\nname = "c"\nurl = "https://uv.invalid/s"\ndefault = true\n'},
        {"PIP_CONFIG_FILE": "/dev/null"}, "https://uv.invalid/s/", None, id="uv file",
    ),
    pytest.param(
        "pkg:pypi/a@1", {}, {"PIP_CONFIG_FILE": "/dev/null", "UV_DEFAULT_INDEX": "https://uv.invalid/s"},
        "https://uv.invalid/s/", None, id="uv environment",
    ),
    pytest.param(
        "pkg:cargo/a@1",
        {".cargo/config.toml": '[source.crates-io]\nreplace-with = "corp"\n'
                               '[registries.corp]\nindex = "sparse+https://cr.invalid/i/"\n',
         ".cargo/credentials.toml": f'[registries.corp]\ntoken = "{KEY}"\n'},
        {}, "https://cr.invalid/i/", KEY, id="cargo",
    ),
    pytest.param(
        "pkg:gem/a@1",
        {".bundle/config": '---\nBUNDLE_MIRROR__ALL: "https://gem.invalid/m"\nBUNDLE_GEM__INVALID: "me:pw"\n'},
        {}, "https://gem.invalid/m/", BASIC, id="bundler",
    ),
    pytest.param(
        "pkg:golang/forge.invalid/a@v1", {".config/go/env": "GOPROXY=https://go.invalid,direct\n"},
        {}, "https://go.invalid/", None, id="go env -w",
    ),
    pytest.param(
        "pkg:maven/g/a@1",
        {".m2/settings.xml": "<settings><servers><server><id>c</id><username>me</username>"
                             "<password>${env.PW}</password>"
                             "</server></servers><mirrors><mirror><id>c</id><mirrorOf>*,!x</mirrorOf>"
                             "<url>https://mvn.invalid/r</url></mirror></mirrors></settings>"},
        {"PW": "pw"}, "https://mvn.invalid/r/", BASIC, id="maven",
    ),
    pytest.param(
        "pkg:nuget/a@1",
        {".config/NuGet/NuGet.Config":
            '<configuration><packageSources><add key="my corp" value="https://ng.invalid/index.json"/></packageSources>'
            '<packageSourceCredentials><my_x0020_corp><add key="Username" value="me"/>'
            '<add key="ClearTextPassword" value="pw"/></my_x0020_corp></packageSourceCredentials></configuration>'},
        {}, "https://ng.invalid/index.json", BASIC, id="nuget",
    ),
    pytest.param(
        "pkg:composer/a/b@1",
        {".config/composer/config.json":
            '{"repositories": [{"public": false}, {"type": "composer", "url": "https://php.invalid"}]}'},
        {"COMPOSER_AUTH": '{"http-basic": {"php.invalid": {"username": "me", "password": "pw"}}}'},
        "https://php.invalid/", BASIC, id="composer",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "files", "environ", "url", "key"), CONFIGURED)
def test_the_configured_registry_is_asked_with_its_key(
    tmp_path: Path, text: str, files: dict[str, str], environ: dict[str, str], url: str, key: str | None
) -> None:
    for path, content in files.items():
        configure(tmp_path, path, content)
    (registry,) = asked(tmp_path, text, **environ)
    assert registry.url == url
    assert "pw" not in registry.url
    assert registry.headers(f"{url}x").get("Authorization") == key
    for other in ("https://other.invalid/", f"https://other.invalid/{url}", url.replace(".invalid", ".invalid.evil"),
                  url.replace("https://", "https://x."), url.replace(".invalid", ".invalid:8443")):  # fmt: skip
        assert registry.headers(other) == {}
    if key is not None:
        with pytest.raises(UsageError, match="plain http"):
            registry.headers(url.replace("https", "http") + "x")


def test_a_key_for_a_folder_is_not_sent_beside_it(tmp_path: Path) -> None:
    configure(tmp_path, ".npmrc", f"registry=https://n.invalid/a/\n//n.invalid/a/:_authToken={KEY}\n")
    (registry,) = asked(tmp_path, "pkg:npm/a@1")
    assert registry.headers("https://n.invalid/a/x")
    assert registry.headers("https://n.invalid/ab/x") == {}


def test_several_sources_are_asked_in_order_and_folders_passed_over(tmp_path: Path) -> None:
    environ = {"PIP_INDEX_URL": "https://one.invalid/s", "PIP_EXTRA_INDEX_URL": "file:///x https://two.invalid/s"}
    found = asked(tmp_path, "pkg:pypi/a@1", **environ)
    assert [registry.url for registry in found] == ["https://one.invalid/s/", "https://two.invalid/s/"]


@pytest.mark.parametrize(
    ("environ", "module", "asks"),
    [
        ({"GOPRIVATE": "*.corp.invalid"}, "git.corp.invalid/a/b", None),
        ({"GOPRIVATE": "*.corp.invalid"}, "corp.invalid/a", ["public"]),
        ({"GOPRIVATE": "git.invalid/Secret"}, "git.invalid/secret/b", None),
        # A company's own proxy may know what the public one must not.
        ({"GOPRIVATE": "git.invalid", "GONOPROXY": "none"}, "git.invalid/a", []),
        ({"GOPRIVATE": "g.invalid", "GONOPROXY": "none", "GOPROXY": "https://p.invalid"}, "g.invalid/a", ["p.invalid"]),
        ({"GONOSUMDB": "git.invalid"}, "git.invalid/a", []),
        ({"GOPROXY": "direct"}, "git.invalid/a", []),
        ({"GOPROXY": "https://go.invalid|off|https://two.invalid"}, "git.invalid/a", ["go.invalid"]),
    ],
)  # fmt: skip
def test_private_modules_are_sent_to_no_public_proxy(
    tmp_path: Path, environ: dict[str, str], module: str, asks: list[str] | None
) -> None:
    text = f"pkg:golang/{module}@v1.0.0"
    if not asks:
        with pytest.raises(PratiqueError) as raised:
            asked(tmp_path, text, **environ)
        assert "--pristine FOLDER" in str(raised.value.hint)
        assert isinstance(raised.value, InputError) is (asks is None)
        return
    names = [hosts.host(registry.url) for registry in asked(tmp_path, text, **environ)]
    assert ["public" if hosts.official(name) else name for name in names] == asks


@pytest.mark.parametrize(
    ("text", "path", "content"),
    [
        ("pkg:npm/a@1", ".npmrc", "registry=file:///etc/"),
        ("pkg:npm/a@1", ".npmrc", "registry=https://n.invalid:99999/"),
        ("pkg:pypi/a@1", ".config/pip/pip.conf", "no section\n"),
        ("pkg:pypi/a@1", ".config/pip/pip.conf", "[global]\nno-index = true\n"),
        ("pkg:cargo/a@1", ".cargo/config.toml",
         '[source.crates-io]\nreplace-with = "v"\n[source.v]\ndirectory = "v"\n'),
        ("pkg:cargo/a@1", ".cargo/config.toml", '[source.crates-io]\nreplace-with = "crates-io"\n'),
        ("pkg:cargo/a@1", ".cargo/config.toml", '[source.crates-io]\nregistry = "https://git.invalid/index"\n'),
        ("pkg:cargo/a@1", ".cargo/config.toml", "["),
        ("pkg:maven/g/a@1", ".m2/settings.xml", "<settings>"),
        ("pkg:nuget/a@1", ".nuget/NuGet/NuGet.Config",
         '<c><packageSources><add key="a" value="C:\\x"/></packageSources></c>'),
        ("pkg:composer/a/b@1", ".composer/config.json", "{"),
        ("pkg:composer/a/b@1", ".composer/config.json", '{"repositories": {"public": false}}'),
        ("pkg:gem/a@1", ".gemrc", ":sources: [ftp://g.invalid]\n"),
    ],
)  # fmt: skip
def test_a_configuration_that_cannot_be_used_is_told_with_its_place(
    tmp_path: Path, text: str, path: str, content: str
) -> None:
    configure(tmp_path, path, content)
    with pytest.raises(PratiqueError) as raised:
        asked(tmp_path, text)
    assert raised.value.where
