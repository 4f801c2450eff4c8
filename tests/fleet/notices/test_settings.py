"""The operator's file: who is told of what, and what is wrong with it."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.fleet.notices import routing
from scanner.fleet.notices.channels import WAYS, webhook
from scanner.fleet.notices.settings import Route, Rules
from scanner.fleet.notices.values import Kind
from scanner.model.finding import FindingClass, Severity
from tests.conftest import ROOT
from tests.fleet.notices.fleets import settings

HOOK = '[channels.soc]\ntype = "slack"\nurl_env = "URL"\n'
GOOD = f'default = ["soc"]\n{HOOK}'


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (HOOK, "default is missing"),
        ('default = ["x"]\n' + HOOK, "there is no channel 'x'"),
        ('defualt = ["soc"]\n' + GOOD, "unknown key 'defualt'"),
        (GOOD + 'url = "https://hooks.invalid/secret"', "url is a secret"),
        (GOOD + 'url_file = "/x"', "either url_env or url_file"),
        (GOOD.replace('"slack"', '"irc"'), "type 'irc' is not known"),
        (GOOD + "allow_private = 1", "allow_private must be true or false"),
        (GOOD.replace("soc]", '"s c"]'), "is no name"),
        (GOOD + "[[route]]\nowner = 1\nchannels = ['soc']", "owner must be text"),
        (GOOD + "[[route]]\nowner = 'a'", "channels is missing"),
        (GOOD + "[[route]]\nseverity = 'grave'\nchannels = ['soc']", "severity 'grave' is not known"),
        (GOOD + "[[route]]\nclass = 'malware'\nchannels = ['soc']", "class 'malware' is not known"),
        (GOOD + "[[route]]\nkind = 'backlog'\nchannels = ['soc']", "kind 'backlog' is not known"),
        ("targets_shown = 0\n" + GOOD, "targets_shown must be from 1 to 100"),
        ('public_url = "javascript:x"\n' + GOOD, "public_url must begin"),
        ("route = 1\n" + GOOD, "route must be written"),
        ("default = ", "not TOML"),
        (
            GOOD + '[channels.m]\ntype = "email"\nhost = "m"\nfrom = "a@b\\nBcc: c@d"\nto = "a@b"',
            "from must be one line",
        ),
        (GOOD + '[channels.m]\ntype = "email"\nhost = "m"\nfrom = "a@b, c@d"\nto = "a@b"', "is no address"),
        (GOOD + '[channels.m]\ntype = "email"\nhost = "m"\nfrom = "a@b"\nto = "a@b"\nsecurity = "none"', "without TLS"),
        (GOOD + '[channels.m]\ntype = "email"\nhost = "m"\nfrom = "a@b"\nto = "a@b"\nuser = "u"', "belong together"),
        (GOOD + '[channels.g]\ntype = "github"\ntoken_env = "T"\nrepository = "a/../b"', "is no repository"),
        (GOOD + '[channels.w]\ntype = "webhook"\nurl = "https://x.invalid"\nsecret = "whsec_"', "secret is a secret"),
    ],
)
def test_what_is_wrong_with_the_file_is_said(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(UsageError) as caught:
        settings(tmp_path, text)
    assert wrong in caught.value.what
    assert caught.value.where is not None
    assert caught.value.where.endswith("notices.toml")


def test_a_secret_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("https://hooks.invalid/a\n")
    read = settings(tmp_path, GOOD.replace('url_env = "URL"', f'url_file = "{tmp_path}/secret"'))
    secret = read.channels["soc"]._settings.url
    assert secret.value({}) == "https://hooks.invalid/a"
    (tmp_path / "secret").write_text("")
    with pytest.raises(UsageError, match="empty"):
        secret.value({})
    (tmp_path / "secret").unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        secret.value({})


def rules(*routes: Route) -> Rules:
    return Rules(
        default=("soc",), routes=routes, shown=10, update_hours=1, incident_days=7, failing_after=2, public_url=None
    )


def test_who_is_told() -> None:
    some = rules(
        Route(channels=("web",), owners=frozenset({"team-web"})),
        Route(channels=("pager", "web"), labels=frozenset({"production"}), kinds=frozenset({Kind.COMPROMISE})),
        Route(channels=("patches",), classes=frozenset({FindingClass.VULNERABILITY}), least=Severity.HIGH),
    )

    def told(
        kind: Kind = Kind.COMPROMISE, owner: str | None = None, *labels: str,
        class_: FindingClass | None = FindingClass.COMPROMISE, severity: Severity = Severity.CRITICAL,
    ) -> dict[str, str]:  # fmt: skip
        return dict(routing.destinations(some, kind, owner=owner, labels=labels, class_=class_, severity=severity))

    assert told() == {"soc": ""}
    assert told(owner="team-api") == {"soc": ""}
    assert told(owner="team-web") == {"web": "team-web"}
    assert told(Kind.COMPROMISE, "team-web", "production") == {"web": "team-web", "pager": ""}  # once, by name
    assert told(Kind.VERDICT, "team-web", "production", class_=None) == {"web": "team-web"}
    assert told(Kind.VERDICT, None, "production", class_=None) == {"soc": ""}
    assert told(class_=FindingClass.VULNERABILITY) == {"patches": ""}
    assert told(class_=FindingClass.VULNERABILITY, severity=Severity.MEDIUM) == {}  # nobody asked for those
    assert told(class_=FindingClass.SUSPICIOUS_CHANGE) == {"soc": ""}
    assert told(Kind.FEED, class_=None) == {"soc": ""}


def test_the_page_is_true(tmp_path: Path) -> None:
    """Its files are read as they stand, and its receiver takes what we sign and nothing else."""
    page = (ROOT / "docs" / "notices.md").read_text()
    whole, *channels = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert set(settings(tmp_path, whole).channels) == {"soc", "web"}
    types = {next(iter(settings(tmp_path, f'default = "{name}"\n{one}').channels.values()))._way.TYPE
             for one in channels for name in re.findall(r"\[channels\.(\w+)\]", one)}  # fmt: skip
    assert types == {way.TYPE for way in WAYS}
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(program, names)
    headers = webhook.signed("id", b"{}", [b"k" * 24], at=datetime.now(UTC))
    names["verify"]("whsec_" + base64.b64encode(b"k" * 24).decode(), headers, b"{}")
    with pytest.raises(ValueError, match="not signed"):
        names["verify"]("whsec_" + base64.b64encode(b"k" * 24).decode(), headers, b"{ }")
