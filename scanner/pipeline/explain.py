"""Everything known on one observable: which campaigns and records name it, whose word that is, and why it matches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from string import ascii_lowercase, digits

from scanner import versions
from scanner.errors import InputError
from scanner.intel import exploited
from scanner.intel.indicators import package_key
from scanner.matching import addresses, judgement, products
from scanner.model import corroboration
from scanner.model.advisory import Advisory, AdvisoryKind, Affected
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.ecosystem import BY_TYPE, Identity
from scanner.model.exploitation import Exploitation
from scanner.model.finding import Claim, State
from scanner.model.knowledge import Answer, Entry, Explanation, Judgement, Mention
from scanner.pipeline.asked import Question, read
from scanner.pipeline.knowledge import Library

_NEAR = 8
_LETTERS = ascii_lowercase + digits + "-_."
_LONGEST = 60
"""Names for which near ones are worked out: the number of spellings grows with the length."""
_COMMIT = 40
"""Digits of a git commit."""
_PACKAGES = 12
"""Packages of one record that are spelled out."""
_PLACES = {
    IndicatorType.DOMAIN: "it lies under the domain",
    IndicatorType.IP: "it lies on the host",
    IndicatorType.URL: "it lies at or below the address",
    IndicatorType.REPOSITORY: "it lies in the repository",
    IndicatorType.COMMIT: "it names the commit",
}


def explain(library: Library, text: str) -> Explanation:
    """Ask everything that is known. Raises `UsageError` for what is no question."""
    question = read(text)
    entries = tuple(sorted((*_records(library, question), *_advisories(library, question)), key=_weight))
    mentions = tuple(_distinct(_mentions(library, question, entries)))
    answer = _answer(question, mentions, entries)
    exploitation = tuple(_exploitation(library, question, entries))
    if exploitation and answer is Answer.UNKNOWN:
        answer = Answer.VULNERABLE  # no record names a package, and it is used all the same
    known = bool(mentions or entries or exploitation)
    return Explanation(
        asked=text,
        read_as=question.read_as,
        answer=answer,
        mentions=mentions,
        entries=entries,
        sources=corroboration.sources(_accusing(mentions, entries), (one.campaign for one in mentions)),
        exploitation=exploitation,
        near=() if known else tuple(_near(library, question)),
        remarks=question.remarks,
        searched=library.searched(),
    )


def _weight(entry: Entry) -> tuple[bool, bool, bool, str]:
    """What affects comes first, and malice before a vulnerability."""
    beside = entry.judgement is not None and entry.judgement.affected is False
    record = entry.advisory
    return record.withdrawn is not None, beside, record.kind is not AdvisoryKind.MALICIOUS, record.id


def _records(library: Library, question: Question) -> Iterator[Entry]:
    if question.record is not None:
        for feed, record in library.knowledge.advisories.find(question.record):
            yield Entry(feed=feed, advisory=record, affects=tuple(_affects(record)))


def _exploitation(library: Library, question: Question, entries: Iterable[Entry]) -> Iterator[Exploitation]:
    """Of the CVE that was asked about, and of those whose records affect what was."""
    names = {(question.record or "").upper()}
    for entry in entries:
        if entry.judgement is None or entry.judgement.affected is not False:
            names |= {entry.advisory.id, *entry.advisory.aliases}
    cves = sorted(name for name in names if name.startswith("CVE-"))
    known, likely = exploited.known_exploited(library.directory, cves), exploited.likelihood(library.directory, cves)
    for cve in cves:
        if cve in known or cve in likely:
            yield Exploitation(known_exploited=known.get(cve), likelihood=likely.get(cve))


def _affects(record: Advisory) -> Iterator[str]:
    for affected in record.affected[:_PACKAGES]:
        ecosystem = affected.identity.ecosystem
        yield f"{ecosystem} {affected.spelled}: {_judged(ecosystem, affected, None).rule}"
    if len(record.affected) > _PACKAGES:
        yield f"and {len(record.affected) - _PACKAGES} more packages"


def _advisories(library: Library, question: Question) -> Iterator[Entry]:
    store = library.knowledge.advisories
    for who, hits in store.affected(question.packages).items():
        for hit in hits:
            record = store.advisory(hit.feed, hit.affected.advisory)
            if record is not None:
                judged = _judged(who.ecosystem, hit.affected, question.version)
                if len(question.packages) > 1:
                    judged = Judgement(judged.affected, f"{who.ecosystem}: {judged.rule}")
                yield Entry(feed=hit.feed, advisory=record, judgement=judged)


def _judged(ecosystem: str, said: Affected | Indicator, version: str | None) -> Judgement:
    try:
        if isinstance(said, Indicator):
            return judgement.of_indicator(ecosystem, said, version)
        return judgement.of_record(ecosystem, said, version)
    except (InputError, versions.UncomparableError) as error:
        return Judgement(None, f"cannot be compared: {error.what}")


def _mentions(library: Library, question: Question, entries: Iterable[Entry]) -> Iterator[Mention]:
    knowledge = library.knowledge
    for who, feed, indicator in _named(library, question.packages):
        judged = _judged(who.ecosystem, indicator, question.version)
        yield from _mention(library, feed, indicator, f"it names the package {indicator.value}", judged)
    # What a record of malice is about, campaigns may know under the package's name.
    accused = {
        affected.identity: None
        for entry in entries
        if entry.judgement is None and entry.advisory.kind is AdvisoryKind.MALICIOUS
        for affected in entry.advisory.affected
    }
    for who, feed, indicator in _named(library, accused):
        judged = _judged(who.ecosystem, indicator, None)
        yield from _mention(library, feed, indicator, f"it names {indicator.value}, as the record does", judged)
    if question.component is not None:
        for match in products.match((question.component,), knowledge):
            if match.claim.indicator is not None:
                judged = _judged("", match.claim.indicator, None)
                if question.version is not None:
                    judged = Judgement(match.state is not State.NEAR_MISS, match.reason)
                yield from _mention(library, match.claim.feed, match.claim.indicator, "a product of this name", judged)
    records = [entry.advisory for entry in entries if entry.judgement is None]
    names = {name for record in records for name in (record.id, *record.aliases)}
    keys = {*question.keys, *names, *((question.record.upper(),) if question.record else ())}
    for feed, store in knowledge.indicators:
        for indicator in store.anywhere(keys):
            yield from _mention(library, feed, indicator, f"this very {indicator.type}")
    # The index of addresses is made for a whole inventory: only where there is something to look up.
    if question.component is not None and (question.component.urls or len(question.version or "") >= _COMMIT):
        for match in addresses.match((question.component,), knowledge):
            said = match.claim.indicator
            if said is not None:
                yield from _mention(library, match.claim.feed, said, _PLACES[said.type])


def _named(library: Library, identities: Iterable[Identity]) -> Iterator[tuple[Identity, str, Indicator]]:
    """Package indicators on a few identities: asked one by one, where a scan fetches all names."""
    wanted = {package_key(who): who for who in identities}
    for key, pairs in library.knowledge.exact(IndicatorType.PACKAGE, wanted).items():
        for feed, indicator in pairs:
            yield wanted[key], feed, indicator


def _mention(
    library: Library, feed: str, indicator: Indicator, why: str, judged: Judgement | None = None
) -> Iterator[Mention]:
    campaign = library.knowledge.campaign(indicator.campaign)
    if campaign is not None:
        yield Mention(
            feed=feed,
            indicator=indicator,
            campaign=campaign,
            why=why,
            judgement=judged,
            attack=library.links(campaign),
        )


def _distinct(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """One for each indicator, the first that was found: that is the most telling reason."""
    seen: set[tuple[str, Indicator]] = set()
    for mention in mentions:
        key = (mention.feed, mention.indicator)
        if key not in seen:
            seen.add(key)
            yield mention


def _accuses(mention: Mention) -> bool:
    return mention.indicator.alone and (mention.judgement is None or mention.judgement.affected is not False)


def _accusing(mentions: Iterable[Mention], entries: Iterable[Entry]) -> Iterator[Claim]:
    """What calls the observable malicious, as claims: the independent sources are counted from them."""
    for mention in mentions:
        if _accuses(mention):
            yield Claim(feed=mention.feed, record=mention.campaign.id, indicator=mention.indicator)
    for entry in entries:
        if entry.advisory.withdrawn is None and (entry.judgement is None or entry.judgement.affected is not False):
            yield Claim(feed=entry.feed, record=entry.advisory.id, advisory=entry.advisory)


def _answer(question: Question, mentions: Iterable[Mention], entries: Iterable[Entry]) -> Answer:
    answers = {_of_mention(question, mention) for mention in mentions} | {_of_entry(question, one) for one in entries}
    return next((answer for answer in Answer if answer in answers), Answer.UNKNOWN)


def _of_mention(question: Question, mention: Mention) -> Answer:
    if not mention.indicator.alone:
        return Answer.WEAK
    judged = mention.judgement
    if judged is None or judged.affected:
        return Answer.MALICIOUS
    if judged.affected is False:
        return Answer.OTHER_VERSION
    said = mention.indicator
    every = said.versions is None and not said.excluded and not said.hint
    return Answer.MALICIOUS if question.version is None and every else Answer.POSSIBLE


def _of_entry(question: Question, entry: Entry) -> Answer:
    if entry.advisory.withdrawn is not None:
        return Answer.WITHDRAWN
    malicious = entry.advisory.kind is AdvisoryKind.MALICIOUS
    judged = entry.judgement
    if judged is not None and judged.affected is False:
        return Answer.OTHER_VERSION
    if not malicious:
        return Answer.VULNERABLE
    if judged is None or judged.affected:
        return Answer.MALICIOUS
    every = any(one.every_version and one.identity in question.packages for one in entry.advisory.affected)
    return Answer.MALICIOUS if every else Answer.POSSIBLE


def _near(library: Library, question: Question) -> Iterator[str]:
    """Known names that differ by one letter or by the ecosystem, or that hold what was asked."""
    found: dict[str, None] = {}
    asked = {who for who in question.packages if len(who.name) <= _LONGEST}
    types = {ecosystem: type_ for type_, ecosystem in BY_TYPE.items()}
    wanted = (
        [Identity(who.ecosystem, name) for who in asked for name in _spellings(who.name)] if len(asked) == 1 else []
    )
    wanted += [Identity(ecosystem, who.name) for who in asked if len(asked) == 1 for ecosystem in types]
    hits = library.knowledge.advisories.affected(wanted)
    keys = frozenset().union(*(store.keys(IndicatorType.PACKAGE) for _, store in library.knowledge.indicators))
    for who in dict.fromkeys(wanted):
        if who.ecosystem in types and (who in hits or package_key(who) in keys):
            found[f"pkg:{types[who.ecosystem]}/{who.name}"] = None
    if not found and len(question.text) > 3:
        for _, store in library.knowledge.indicators:
            for indicator in store.containing(question.text, limit=_NEAR):
                found[f"{indicator.value} ({indicator.type})"] = None
    yield from list(found)[:_NEAR]


def _spellings(name: str) -> Iterator[str]:
    """Every name that one slip of the finger makes of this one: left out, doubled up, swapped, mistaken."""
    for at in range(len(name) + 1):
        head, tail = name[:at], name[at:]
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS if letter != tail[0])
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + letter + tail for letter in _LETTERS)
