"""What signals of code are called: one short piece of a sentence each."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from scanner.model.report import Verdict
from scanner.model.signal import Brought, Capability, Concealment, Provenance, Trigger

WHAT_TO_DO = {
    Verdict.COMPROMISED: "Do not install, merge or ship it. Where it has run already, treat the machine as lost; begin "
    "with the first finding.",
    Verdict.SUSPICIOUS: "Nobody is known to call it an attack. Do not merge or install it before somebody has read the "
    "lines below and can say why they are there.",
    Verdict.VULNERABLE: "Nothing here attacks you. Update what is listed, the gravest first.",
    Verdict.INCOMPLETE: "That is no clean bill of health. Read what was missed, close the gaps, scan again.",
    Verdict.CLEAR: "Nothing to do. What was looked at, and with how fresh a knowledge, stands in the ledger below.",
}
SEEN = {
    Trigger.INSTALL: "when it is installed",
    Trigger.IMPORT: "when it is imported",
    Trigger.BUILD: "when it is built",
    Trigger.CI: "in CI",
    Trigger.EDITOR: "when an editor opens the folder",
    Trigger.RUN: "when the program gets there",
    Capability.NETWORK: "talks to the network",
    Capability.PROCESS: "starts programs",
    Capability.SHELL: "runs a shell",
    Capability.DYNAMIC_CODE: "runs text as code",
    Capability.NATIVE_CODE: "loads native code",
    Capability.FILE_WRITE: "writes files",
    Capability.PERSISTENCE: "starts again by itself",
    Capability.ENVIRONMENT: "reads environment variables",
    Capability.CREDENTIALS: "reads credentials",
    Capability.WALLET: "looks for wallets",
    Capability.BROWSER_DATA: "reads browser data",
    Capability.CLIPBOARD: "reads the clipboard",
    Capability.INPUT_CAPTURE: "records keys or the screen",
    Capability.HOST_CHECK: "looks which machine it is on",
    Capability.ANTI_ANALYSIS: "avoids being examined",
    Capability.COMMAND_CHANNEL: "uses a channel for commands or loot",
    Capability.PROPAGATION: "publishes or spreads itself",
    Capability.CI_SECRETS: "reaches for secrets of CI",
    Capability.AGENT_INSTRUCTION: "instructs AI agents",
    Concealment.ENCODED: "encoded",
    Concealment.OBFUSCATED: "obfuscated",
    Concealment.HIDDEN_UNICODE: "invisible characters",
    Concealment.OFF_SCREEN: "pushed off the screen",
    Concealment.MINIFIED: "packed",
    Concealment.BINARY: "binary",
    Concealment.DISGUISED: "a file that is not what it says",
    Concealment.BLINDING: "keeps scanners or reviewers from looking",
    Provenance.NOT_IN_SOURCE: "not in the source that it claims to be made of",
    Provenance.EDITED_IN_PLACE: "edited in place: not as it was released",
    Provenance.NEW_DEPENDENCY: "a new dependency",
    Provenance.TEST_DATA: "test data",
    Provenance.LOST_ATTESTATION: "without the attestation that earlier releases had",
    Provenance.MOVED_PIN: "a pin that was moved",
    Provenance.OLDER_VERSION: "an older version",
    Provenance.REPOINTED: "another commit under the name of the same version",
    Provenance.NEW_ACTION: "code of somebody whom nothing here trusted",
    Provenance.STRANGERS: "what strangers propose or write",
}  # fmt: skip
ASPECTS: tuple[tuple[str, type[StrEnum]], ...] = (
    ("When it runs", Trigger),
    ("What it can do", Capability),
    ("How it hides", Concealment),
    ("Where it comes from", Provenance),
)


def aspects(brought: Brought) -> list[tuple[str, list[str]]]:
    """When it runs, what it can, how it hides, where it comes from: each in words, without those that say nothing."""
    said = dict.fromkeys(signal.says for signal in brought.signals)
    triggers = dict.fromkeys(signal.trigger for signal in brought.signals)
    unasked = [one for one in triggers if one is not Trigger.RUN]
    told: list[tuple[str, list[str]]] = []
    for label, kind in ASPECTS:
        found: Iterable[StrEnum] = [one for one in said if isinstance(one, kind)]
        if kind is Trigger:
            found = unasked or list(triggers)
        words = [SEEN[one] for one in found]
        if words:
            told.append((label, words))
    return told
