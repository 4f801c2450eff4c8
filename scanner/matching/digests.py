"""Is the digest of this artefact that of a known bad one, whatever name it goes by?"""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import islice

from scanner.matching.knowledge import Knowledge
from scanner.matching.match import Match
from scanner.model.campaign import IndicatorType
from scanner.model.component import Component
from scanner.model.digest import hexadecimal
from scanner.model.finding import Claim, FindingClass
from scanner.versions import claimed

_AT_ONCE = 500
"""Components that are looked at together."""


def match(components: Iterable[Component], knowledge: Knowledge) -> Iterator[Match]:
    """Yield a match for each artefact digest that is an indicator."""
    bad = knowledge.keys(IndicatorType.DIGEST)
    if not bad:
        return
    spellings = _spellings(bad)
    rest = iter(components)
    while some := list(islice(rest, _AT_ONCE)):
        digests = [digest for component in some for digest in component.digests]
        if not spellings.keys().isdisjoint(digests) or not _are_usual(digests):  # hardly ever
            yield from _match(some, spellings, bad, knowledge)


def _match(
    components: Iterable[Component], spellings: Mapping[str, str], bad: Set[str], knowledge: Knowledge
) -> Iterator[Match]:
    for component in components:
        for digest in component.digests:
            key = spellings.get(digest)
            if key is None and not _are_usual((digest,)):
                folded = hexadecimal(digest)
                key = folded if folded in bad else None
            if key is None:
                continue
            for feed, indicator in knowledge.exact(IndicatorType.DIGEST, (key,))[key]:
                state, reason = claimed.carried(indicator)
                yield Match(
                    component=component,
                    class_=FindingClass.COMPROMISE,
                    state=state,
                    reason=reason,
                    claim=Claim(feed=feed, record=indicator.campaign, indicator=indicator),
                    campaign=indicator.campaign,
                    value=digest,
                )


def _are_usual(digests: Iterable[str]) -> bool:
    """Whether all are spelled as `_spellings` has it. Others: capitals, another algorithm in base64."""
    joined = "".join([digest for digest in digests if digest[:7] != "sha512-"])
    return joined == joined.lower()


def _spellings(bad: Iterable[str]) -> dict[str, str]:
    """Each bad digest as a lockfile or SBOM would write it → its key. Looking a string up beats decoding 10,000."""
    spellings: dict[str, str] = {}
    for key in bad:
        algorithm, _, digits = key.partition(":")
        spellings[key] = key
        spellings[f"{algorithm}-{binascii.b2a_base64(bytes.fromhex(digits), newline=False).decode()}"] = key
    return spellings
