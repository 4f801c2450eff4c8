"""What a change brings: signals, and the words in which a story is told of them."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Trigger(StrEnum):
    """When code runs, without anybody calling it."""

    INSTALL = "install"
    IMPORT = "import"
    BUILD = "build"
    CI = "ci"
    EDITOR = "editor"
    RUN = "run"
    """Only when the program itself gets there."""


class Capability(StrEnum):
    """What code can do to the machine that it runs on."""

    NETWORK = "network"
    PROCESS = "process"
    SHELL = "shell"
    DYNAMIC_CODE = "dynamic-code"
    NATIVE_CODE = "native-code"
    FILE_WRITE = "file-write"
    PERSISTENCE = "persistence"
    ENVIRONMENT = "environment"
    CREDENTIALS = "credentials"
    WALLET = "wallet"
    BROWSER_DATA = "browser-data"
    CLIPBOARD = "clipboard"
    INPUT_CAPTURE = "input-capture"
    HOST_CHECK = "host-check"
    ANTI_ANALYSIS = "anti-analysis"
    COMMAND_CHANNEL = "command-channel"
    """A blockchain, paste site, chat or tunnel that carries commands or loot."""
    PROPAGATION = "propagation"
    """Publishes to a registry, or writes into other repositories."""
    CI_SECRETS = "ci-secrets"
    AGENT_INSTRUCTION = "agent-instruction"
    # Milder words, for what is the work of the package that does it (scanner.codescan.excuses).
    CHECKED_DOWNLOAD = "checked-download"
    """Fetches, and compares with a digest that stands in the code."""
    OWN_CREDENTIALS = "own-credentials"
    """Reads what the service is entered with that the package is for."""
    BUILD_TOOL = "build-tool"
    """Asks a compiler, or a program that says where libraries lie."""
    MAKES_FUNCTIONS = "makes-functions"
    """Makes functions of text once it is called, in a package that did, or that is for it."""


class Concealment(StrEnum):
    """How code avoids being read."""

    ENCODED = "encoded"
    OBFUSCATED = "obfuscated"
    HIDDEN_UNICODE = "hidden-unicode"
    OFF_SCREEN = "off-screen"
    MINIFIED = "minified"
    BINARY = "binary"
    DISGUISED = "disguised"
    """A file that lies about what it is."""
    BLINDING = "blinding"
    """A file or comment made to keep reviewers or scanners from looking."""


class Provenance(StrEnum):
    """Where a changed thing comes from, where that speaks against it."""

    NOT_IN_SOURCE = "not-in-source"
    EDITED_IN_PLACE = "edited-in-place"
    NEW_DEPENDENCY = "new-dependency"
    TEST_DATA = "test-data"
    LOST_ATTESTATION = "lost-attestation"
    MOVED_PIN = "moved-pin"
    OLDER_VERSION = "older-version"
    REPOINTED = "repointed"
    """Another commit under the name of the same version."""
    NEW_ACTION = "new-action"
    """Code of somebody whom no workflow here trusted."""
    NEW_ADDRESS = "new-address"
    """A host that nothing in the package named before, beside what is sent."""
    STRANGERS = "strangers"
    """What people propose or write who may not write to the repository."""


class Novelty(StrEnum):
    """How new a signal is to the package, strongest first (measured: see docs/code-scanning.md)."""

    PACKAGE = "package"
    """Nothing of the kind stood anywhere in the old side."""
    FILE = "file"
    """New to this file."""
    LINE = "line"
    """On a new line of a file that had the like already."""


class Confidence(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a change brings, with its place."""

    rule: str
    """Id of the rule, or of the structural check, that saw it."""
    says: Capability | Concealment | Provenance | Trigger
    trigger: Trigger = Trigger.RUN
    """When the code there runs."""
    confidence: Confidence = Confidence.MEDIUM
    novelty: Novelty = Novelty.FILE
    path: str
    """In the new side."""
    line: int | None = None
    excerpt: str = ""
    message: str
    """One sentence, without a full stop."""
    old_path: str | None = None


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What a change in the code of one package brings: of a finding, the signals that it is told from."""

    place: str
    """The folder of the package; "" is the whole side."""
    whole: bool
    """There was nothing to compare with: what is called new may have been there for long."""
    signals: tuple[Signal, ...]
