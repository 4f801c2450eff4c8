"""The words of findings on files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scanner.display import line
from scanner.matching.files.sign import Command, Manner, Sign
from scanner.model.campaign import Campaign, IndicatorType
from scanner.model.finding import State

_NOUNS = {
    IndicatorType.DOMAIN: "a domain",
    IndicatorType.IP: "an IP address",
    IndicatorType.URL: "an address",
    IndicatorType.EMAIL: "an e-mail address",
    IndicatorType.ACCOUNT: "an account",
    IndicatorType.REPOSITORY: "a repository",
    IndicatorType.COMMIT: "a commit",
    IndicatorType.STRING: "a string",
    IndicatorType.WALLET: "a wallet",
}
_GENERIC = (
    "Find out how the file came here and what reads or runs it. If it ran, treat the machine as compromised: isolate "
    "it, rotate every credential that it could read, and look for the campaign's other traces."
)
NEAR = "Look at the place once. Where it only tells of the campaign, there is nothing to do."
AUTORUN = (
    "Read the command before anybody trusts or opens this folder. Where it is wanted, say so in the project's papers; "
    "where nobody knows it, find out who added it and on which machines the folder was opened."
)


def why(sign: Sign) -> str:
    """How one indicator was met."""
    match sign.manner:
        case Manner.DIGEST:
            return "the file is byte for byte a known one"
        case Manner.NAME:
            return f"it bears the name {sign.key}"
        case Manner.METADATA:
            return f"the package's metadata names {_NOUNS[sign.type]} of the campaign"
        case Manner.DEFANGED:
            return f"{_NOUNS[sign.type]} stands in it, in a spelling that does not work as one"
        case _:
            return f"{_NOUNS[sign.type]} of the campaign stands in it"


def title(path: str, signs: Iterable[Sign], state: State, campaign: Campaign | None, record: str) -> str:
    """One line: which file, and what of whom is in it."""
    name = record if campaign is None else campaign.name
    signs = tuple(signs)
    if any(sign.manner is Manner.DIGEST for sign in signs):
        return f"{path} is a known file of {name}"
    if all(sign.manner is Manner.NAME for sign in signs):
        return f"{path} bears the name of a file of {name}"
    nouns = dict.fromkeys(_NOUNS[sign.type] for sign in signs if sign.type in _NOUNS)
    holds = "names" if state is State.NEAR_MISS else "holds"
    return f"{path} {holds} {', '.join(nouns)} of {name}"


def runs(command: Command) -> str:
    """What sets a command off, and why it is told."""
    told = "" if command.telling is None else f", and it {command.telling}"
    return f"it runs a command {command.when}{told}"


def autorun_title(path: str, command: Command) -> str:
    """One line on a file that makes tools run something."""
    return f"{path} runs a command {command.when}: {line(command.text, limit=80)}"


def what_to_do(state: State, campaign: Campaign | None) -> str:
    """The next step."""
    if state is State.NEAR_MISS:
        return NEAR
    return campaign.what_to_do if campaign is not None and campaign.what_to_do else _GENERIC


def named(campaigns: Sequence[str]) -> str:
    """A few campaigns by id, for a reason."""
    shown = ", ".join(campaigns[:5])
    return shown + (f" and {len(campaigns) - 5} more" if len(campaigns) > 5 else "")
