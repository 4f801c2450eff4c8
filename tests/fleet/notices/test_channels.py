"""Channels and their real servers: signatures, TLS, refusals, addresses that nobody may be sent to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner import outgoing
from scanner.errors import EngineError, PratiqueError, UsageError
from scanner.fleet.notices.channels import webhook
from scanner.net import RefusedError
from scanner.outgoing import Sender
from scanner.pipeline.fleet import noticing
from tests.factories import NOW
from tests.fleet.notices.fleets import SECRET, hook, settings
from tests.fleet.notices.receivers import Mailbox, Recorder, certificate, issues, mailing, recording

MAIL = """default = ["post"]
[channels.post]
type = "email"
host = "127.0.0.1"
from = "pratique@example.invalid"
to = ["soc@example.invalid", "ciso@example.invalid"]
user = "pratique"
password_env = "PASSWORD"
allow_private = true
"""


@pytest.fixture
def server() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("certificates"))


def say(folder: Path, text: str, name: str, **environ: str) -> str:
    return noticing.test(settings(folder, text, environ=environ), name, now=NOW)


# Webhooks


def test_a_receiver_can_verify_the_signature(tmp_path: Path, server: Recorder) -> None:
    other = "whsec_" + base64.b64encode(b"the secret that comes next").decode()
    say(tmp_path, f'default = ["soc"]\n{hook("soc", server.url)}', "soc", HOOK=f"{SECRET} {other}")
    (asked,) = server.asked
    id_, stamp = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
    assert int(stamp) == int(NOW.timestamp())
    given = asked.headers["webhook-signature"].split()
    for secret, signature in zip((SECRET, other), given, strict=True):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = hmac.new(key, f"{id_}.{stamp}.".encode() + asked.body, hashlib.sha256).digest()
        assert signature == "v1," + base64.b64encode(expected).decode()


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of the reference libraries' own tests: id, time, body and secret as they have them."""
    headers = webhook.signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        [webhook._key("whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
        at=NOW.fromtimestamp(1614265330, NOW.tzinfo),
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["plain", "whsec_!!!", "whsec_c2hvcnQ="])
def test_a_secret_that_is_none_is_refused_and_not_told(tmp_path: Path, server: Recorder, secret: str) -> None:
    with pytest.raises(UsageError) as caught:
        say(tmp_path, f'default = ["soc"]\n{hook("soc", server.url)}', "soc", HOOK=secret)
    assert secret not in str(caught.value).replace("whsec_", "", 1) or secret == "plain"
    assert server.asked == []


def test_what_may_have_arrived_is_sent_again_where_it_is_known_by_its_id(tmp_path: Path, server: Recorder) -> None:
    server.first = [503, 500, 429]
    say(tmp_path, f'default = ["soc"]\n{hook("soc", server.url)}', "soc")
    assert len({one.headers["webhook-id"] for one in server.asked}) == 1
    assert len(server.asked) == 4


def slack(url: str) -> str:
    return 'default = ["s"]\n[channels.s]\ntype = "slack"\nurl_env = "SLACK"\nallow_private = true\nallow_http = true\n'


def test_slack_is_told_again_only_what_it_surely_did_not_take(tmp_path: Path, server: Recorder) -> None:
    server.first = [429]
    say(tmp_path, slack(server.url), "s", SLACK=f"{server.url}/services/T/B/a-secret")
    assert len(server.asked) == 2
    server.first, server.answer = [500], b"<b>oops</b>\x1b[31m"
    with pytest.raises(EngineError, match="answers 500: <b>oops</b>") as caught:
        say(tmp_path, slack(server.url), "s", SLACK=f"{server.url}/services/T/B/a-secret")
    assert len(server.asked) == 3
    assert "a-secret" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_teams_workflow_answers_202(tmp_path: Path, server: Recorder) -> None:
    server.status = 202
    text = slack(server.url).replace('"slack"', '"teams"')
    say(tmp_path, text, "s", SLACK=f"{server.url}/workflows/1?sig=a-secret")
    assert server.bodies[0]["attachments"][0]["content"]["type"] == "AdaptiveCard"
    assert server.asked[0].query == {"sig": "a-secret"}


def test_nothing_is_redirected(tmp_path: Path, server: Recorder) -> None:
    with recording() as elsewhere:
        server.status, server.headers = 307, {"Location": elsewhere.url}
        with pytest.raises(EngineError, match="elsewhere"):
            say(tmp_path, f'default = ["soc"]\n{hook("soc", server.url)}', "soc")
        assert elsewhere.asked == []


def test_github_says_what_is_wrong_with_the_token(tmp_path: Path) -> None:
    with issues() as github:
        text = f"""default = ["i"]
[channels.i]
type = "github"
repository = "corp/security"
api = "{github.url}"
token_env = "TOKEN"
allow_private = true
allow_http = true
"""
        say(tmp_path, text, "i")
        assert github.issues[1]["title"] == "Test of pratique's notices"
        with pytest.raises(PratiqueError, match="Bad credentials") as caught:
            say(tmp_path, text, "i", TOKEN="another-token")
        assert "another-token" not in str(caught.value)


# Where nobody may be sent to


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/", "https://192.168.1.1/", "https://[::1]/",
        "https://169.254.169.254/latest/meta-data", "https://[fd00:ec2::254]/", "https://100.100.100.200/",
        "https://168.63.129.16/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://0.0.0.0/",
        "https://2130706433/", "https://0x7f.1/", "https://224.0.0.1/", "https://[fe80::1]/",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused(url: str) -> None:
    with Sender(timeout=(0.5, 0.5), backoff=0) as sender, pytest.raises(UsageError, match="private"):
        sender.send("POST", url, data=b"")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("192.0.0.192", False), ("fec0::1", False), ("::10.0.0.1", False), ("64:ff9b:1::a00:1", False),
        ("64:ff9b::a00:1", False), ("::ffff:10.0.0.1", False), ("5f00::1", False), ("8.8.8.8", True),
        ("2606:4700::1", True),
    ],
)  # fmt: skip
def test_who_is_everybodys(address: str, public: bool) -> None:
    assert outgoing.is_public(address) is public


def test_http_is_refused(server: Recorder) -> None:
    with Sender(private=True) as sender, pytest.raises(UsageError, match="not an https address"):
        sender.send("POST", server.url, data=b"")
    for url in ("file:///etc/passwd", "https:///x", "ftp://example.invalid/"):
        with Sender(private=True, plain=True) as sender, pytest.raises(UsageError, match="not an https address"):
            sender.send("POST", url)
    assert server.asked == []


def test_what_was_checked_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public when it is asked first, and loopback the next time (DNS rebinding)."""
    answers = iter(("203.0.113.7", "127.0.0.1"))
    monkeypatch.setattr(outgoing, "is_public", lambda one: one == "203.0.113.7")
    asked: list[Any] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], timeout: float | None) -> socket.socket:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(ConnectionRefusedError):
        outgoing.connected("rebinding.example.invalid", 443, 1.0, private=False)
    assert asked == [("203.0.113.7", 443)]
    with pytest.raises(UsageError, match="private"):
        outgoing.connected("rebinding.example.invalid", 443, 1.0, private=False)


def test_one_address_inside_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(UsageError, match="private"):
        outgoing.resolved("half.example.invalid", 443, private=False)


def test_a_proxy_of_the_environment_is_used(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with Sender(plain=True, backoff=0) as sender:
        assert sender.send("POST", "http://only-the-proxy-knows.invalid/x", data=b"1") == b"ok"
        with pytest.raises(UsageError, match="private"):
            sender.send("POST", "http://10.0.0.1/x", data=b"2")
    assert [one.body for one in server.asked] == [b"1"]


def test_an_answer_without_end_is_not_read(server: Recorder) -> None:
    server.answer = b"x" * 2_000
    with Sender(private=True, plain=True) as sender, pytest.raises(EngineError, match="more than 1000 bytes"):
        sender.send("POST", server.url, data=b"", limit=1000)


def test_tls_is_verified(certificates: tuple[Path, Path]) -> None:
    import ssl
    import threading

    server = socket.create_server(("127.0.0.1", 0))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates[0])

    def serve() -> None:
        for _ in range(2):
            connection, _ = server.accept()
            with connection:
                try:
                    with context.wrap_socket(connection, server_side=True) as secure:
                        data = b""
                        while not data.endswith(b"\r\n\r\nx"):
                            data += secure.recv(65536)
                        secure.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                except OSError:
                    pass

    thread = threading.Thread(target=serve)
    thread.start()
    url = f"https://127.0.0.1:{server.getsockname()[1]}/"
    with Sender(private=True, backoff=0) as sender, pytest.raises(EngineError, match="certificate"):
        sender.send("POST", url, data=b"x")
    with Sender(private=True, backoff=0, certificates=str(certificates[1])) as sender:
        assert sender.send("POST", url, data=b"x") == b""
    thread.join()
    server.close()


def test_a_refusal_keeps_its_status(server: Recorder) -> None:
    server.status = 404
    with Sender(private=True, plain=True) as sender, pytest.raises(RefusedError) as caught:
        sender.send("GET", server.url)
    assert caught.value.status == 404


# E-mail


@pytest.fixture
def post(certificates: tuple[Path, Path]) -> Iterator[Mailbox]:
    with mailing(certificates[0]) as box:
        yield box


def mail(box: Mailbox, certificates: tuple[Path, Path], *more: str) -> str:
    return MAIL + f'port = {box.port}\ncertificates = "{certificates[1]}"\n' + "\n".join(more)


def test_mail_goes_by_starttls(tmp_path: Path, post: Mailbox, certificates: tuple[Path, Path]) -> None:
    assert say(tmp_path, mail(post, certificates), "post") == ""
    (one,) = post.mails
    assert one["Subject"] == "[pratique] Test of pratique's notices"
    assert one["To"] == "soc@example.invalid, ciso@example.invalid"
    assert (post.secured, post.signed_in) == ([True], ["pratique"])
    assert one.get_body(("plain",)) is not None
    assert one.get_body(("html",)) is not None


def test_mail_goes_by_tls_from_the_start(tmp_path: Path, certificates: tuple[Path, Path]) -> None:
    with mailing(certificates[0], tls=True) as box:
        say(tmp_path, mail(box, certificates, 'security = "tls"'), "post")
        assert box.secured == [True]


def test_a_server_without_starttls_gets_neither_password_nor_mail(
    tmp_path: Path, post: Mailbox, certificates: tuple[Path, Path]
) -> None:
    post.offers = False  # or somebody on the way has taken the offer out
    with pytest.raises(EngineError, match="does not offer"):
        say(tmp_path, mail(post, certificates), "post")
    assert (post.mails, post.signed_in) == ([], [])


def test_a_server_that_nobody_vouches_for_gets_no_password(
    tmp_path: Path, post: Mailbox, certificates: tuple[Path, Path]
) -> None:
    with pytest.raises(EngineError, match="certificate"):
        say(tmp_path, mail(post, certificates).replace("certificates =", "#"), "post")
    assert (post.mails, post.signed_in) == ([], [])


def test_refusals_of_a_mail_server(tmp_path: Path, post: Mailbox, certificates: tuple[Path, Path]) -> None:
    post.refuses = ("ciso@",)
    assert say(tmp_path, mail(post, certificates), "post") == "refused: ciso@example.invalid"
    assert len(post.mails) == 1
    post.refuses = ("@",)
    with pytest.raises(EngineError, match="refuses every address"):
        say(tmp_path, mail(post, certificates), "post")
    with pytest.raises(EngineError, match="user or password") as caught:
        say(tmp_path, mail(post, certificates), "post", PASSWORD="another one")
    assert "another one" not in str(caught.value)
    with pytest.raises(UsageError, match="private"):
        say(tmp_path, mail(post, certificates).replace("allow_private = true", ""), "post")


def test_a_time_that_has_passed_between_is_in_the_signature() -> None:
    late = webhook.signed("id", b"{}", [b"k"], at=NOW + timedelta(minutes=3))
    assert int(late["webhook-timestamp"]) - int(NOW.timestamp()) == 180
