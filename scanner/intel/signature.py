"""Signatures with the ssh key that a person has already, made and checked by ssh-keygen.

Format: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig. Why this one:
docs/decisions/0005-bundle-signature.md.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from scanner.errors import EngineError, InputError, UsageError

NAMESPACE = "pratique-bundle"
"""A signature made for another purpose (git, e-mail) is none for a bundle."""
_PATIENCE = 120.0


def sign(text: bytes, key: Path) -> bytes:
    """Sign with a private key, or with a public one whose private half the agent holds. May ask for a passphrase.

    Raises `UsageError`, `EngineError`.
    """
    if not key.is_file():
        raise UsageError("there is no such key", where=key, hint="--sign takes the file of an ssh key")
    ran = _run("-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(key), text=text)
    if ran.returncode or b"BEGIN SSH SIGNATURE" not in ran.stdout:
        raise EngineError(f"ssh-keygen does not sign: {_said(ran)}", where=key, hint="is it a key, and yours?")
    return ran.stdout


def verify(text: bytes, signature: bytes, allowed_signers: Path) -> str:
    """Who signed, as the file of allowed signers calls them. Raises `InputError` where nobody of them did."""
    if not allowed_signers.is_file():
        raise UsageError("there is no such file", where=allowed_signers, hint="--allowed-signers, see ssh-keygen(1)")
    with tempfile.TemporaryDirectory(prefix="pratique-") as folder:
        file = Path(folder) / "signature"
        file.write_bytes(signature)
        known = ("-f", str(allowed_signers), "-s", str(file))
        found = _run("-Y", "find-principals", *known, text=text)
        for principal in found.stdout.decode("utf-8", "replace").splitlines():
            # A principal is a line of the user's own file; given as one argument, it is no option.
            if not _run("-Y", "verify", "-n", NAMESPACE, f"-I{principal}", *known, text=text).returncode:
                return principal
    raise InputError(
        "its signature is of nobody among the allowed signers, or of another content",
        where=allowed_signers,
        hint="nothing was changed",
    )


def _run(*arguments: str, text: bytes) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise EngineError("ssh-keygen is not installed", hint="it comes with OpenSSH (8.2 or later)")
    try:
        return subprocess.run(  # noqa: S603  # a list, no shell; of a stranger is only what goes to standard input
            [program, *arguments], input=text, capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"ssh-keygen does not run: {error}", where=program) from error


def _said(ran: subprocess.CompletedProcess[bytes]) -> str:
    return ran.stderr.decode("utf-8", "replace").strip().splitlines()[-1][:200] if ran.stderr.strip() else "no reason"
