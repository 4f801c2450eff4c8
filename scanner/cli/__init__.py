"""Words in, words and an exit status out: one module a command, imported when it is called."""

from __future__ import annotations

import errno
import os
import sys

import click

from scanner import __version__
from scanner.cli.lazy import LazyGroup
from scanner.errors import PratiqueError, UsageError

BUG, USAGE, INCOMPLETE = 70, 2, 3
INTERRUPTED, BROKEN_PIPE = 130, 141
"""As a shell has it: 128 and the number of the signal."""
EXIT_STATUS: dict[int, str] = {
    0: "nothing at or above the gate",
    1: "findings",
    USAGE: "wrong usage",
    INCOMPLETE: "incomplete",
    BUG: "a bug of ours",
    INTERRUPTED: "interrupted",
    BROKEN_PIPE: "the reader of the output has gone",
}
"""What each status means in a few words; docs/exit-status.md says what to do."""

_COMMANDS: dict[str, str] = {
    "scan": "Read everything that a target ships, check it, and give a verdict.",
    "diff": "Judge what the change from one side to another brings.",
    "audit": "Judge what somebody else delivered by its SBOM.",
    "diff-sbom": "Say what changed from one SBOM to the next.",
    "hunt": "Look for what somebody's indicator lists name, as they publish them.",
    "fleet": "Many repositories, night after night: were we ever hit?",
    "inventory": "List what a target ships, without judging it.",
    "policy": "The policy of a project: check it, and see what it says on a finding.",
    "intel": "The intelligence database: synchronise it, look at it.",
    "rules": "The campaigns that travel with pratique: check them.",
}


@click.command(
    cls=LazyGroup,
    package=__name__,
    table=_COMMANDS,
    epilog="Exit status: "
    + ", ".join(f"{number} {words}" for number, words in EXIT_STATUS.items() if number < 128)
    + ".",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="pratique")
def pratique() -> None:
    """Has something that we ship been compromised on its way to us, by whom, and how do we know?

    \b
    pratique scan .                      the project in this folder
    pratique scan vendor.cdx.json        an SBOM, or several
    pratique intel sync                  fetch the advisories that scans are checked against
    """


def main() -> None:
    """Run a command and exit with its status. A crash of ours must never read as findings: it exits with 70."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    status = _run()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer cannot be written: not now, and not when Python flushes it on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            status = BROKEN_PIPE
        elif status != USAGE:
            click.echo(f"pratique: stdout: cannot be written: {error.strerror}", err=True)
            status = USAGE
    sys.exit(status)


def _run() -> int:
    try:
        if "_PRATIQUE_COMPLETE" in os.environ:  # a shell asks what could be typed next
            pratique.main(prog_name="pratique")
        # Not through click's own main: it ends a broken pipe with 1, which would read as findings.
        with pratique.make_context("pratique", sys.argv[1:]) as context:
            status = pratique.invoke(context)
        return status if isinstance(status, int) else 0
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("pratique: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has gone (`| head`): there is nobody to tell.
        return BROKEN_PIPE
    except PratiqueError as error:
        from scanner.display import line

        click.echo(f"pratique: {line(str(error))}", err=True)
        return USAGE if isinstance(error, UsageError) else INCOMPLETE
    except OSError as error:
        if error.errno != errno.ENOSPC:
            return _bug()
        click.echo(f"pratique: cannot be written: {error.strerror}", err=True)
        return USAGE
    except Exception:  # the boundary: everything else is our bug, and says so
        return _bug()


def _bug() -> int:
    import traceback

    traceback.print_exc()
    click.echo(
        f"pratique {__version__}: this is a bug of ours, not a finding. Please report it with the lines above.",
        err=True,
    )
    return BUG
