"""Observables have one spelling, and those that everybody has are refused."""

from __future__ import annotations

import pytest

from scanner.errors import InputError
from scanner.model import observable
from scanner.model.campaign import IndicatorType as Type


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        (Type.DOMAIN, "Evil[.]Example[.]Net", "evil.example.net"),
        (Type.DOMAIN, "evil(dot)invalid", "evil.invalid"),
        (Type.DOMAIN, "*.evil.invalid", "evil.invalid"),
        (Type.DOMAIN, "bücher.invalid", "xn--bcher-kva.invalid"),
        (Type.URL, "hxxps://evil[.]invalid/a", "https://evil.invalid/a"),
        (Type.IP, "142[.]11[.]206[.]73", "142.11.206.73"),
        (Type.IP, "142.11.206.73:8000", "142.11.206.73:8000"),
        (Type.DIGEST, "SHA1:2553649F2322049666871CEA80A5D0D6ADC700CA", "sha1:2553649f2322049666871cea80a5d0d6adc700ca"),
        (Type.EMAIL, "Who[at]evil.invalid", "who@evil.invalid"),
        (Type.REPOSITORY, "https://GitHub.com/A/B.git", "github.com/a/b"),
        (Type.REPOSITORY, "git@github.com:a/b.git", "github.com/a/b"),
        (Type.CERTIFICATE, "00:B7:F1:9B:13:DE", "b7f19b13de"),
    ],
)
def test_one_spelling(type_: Type, text: str, expected: str) -> None:
    assert observable.normalise(type_, text, where="list:1") == expected


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (Type.DOMAIN, "github.io"),
        (Type.DOMAIN, "localhost"),
        (Type.DOMAIN, "*"),
        (Type.DOMAIN, "com"),
        (Type.DOMAIN, ""),
        (Type.IP, "10.0.0.1"),
        (Type.IP, "127.0.0.1"),
        (Type.IP, "999.1.1.1"),
        (Type.DIGEST, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (Type.DIGEST, "d41d8cd98f00b204e9800998ecf8427e"),
        (Type.DIGEST, "sha256:2553649f2322049666871cea80a5d0d6adc700ca"),
        (Type.DIGEST, "0000000000000000000000000000000000000000"),
        (Type.STRING, "eval"),
        (Type.STRING, "****"),
        (Type.COMMIT, "abc123"),
    ],
)
def test_what_everybody_has_is_refused(type_: Type, text: str) -> None:
    with pytest.raises(InputError) as caught:
        observable.normalise(type_, text, where="list:1")
    assert caught.value.where == "list:1"
