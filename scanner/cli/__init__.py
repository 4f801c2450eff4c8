"""Words in, words and an exit status out: one module a command, imported when it is called."""

from __future__ import annotations

import sys

import click

from scanner import __version__
from scanner.cli.lazy import LazyGroup
from scanner.errors import PratiqueError, UsageError

BUG, USAGE, INCOMPLETE = 70, 2, 3

_COMMANDS: dict[str, str] = {
    "scan": "Read everything that a target ships, check it, and give a verdict.",
    "inventory": "List what a target ships, without judging it.",
    "intel": "The intelligence database: synchronise it, look at it.",
    "rules": "The campaigns that travel with pratique: check them.",
}


@click.command(
    cls=LazyGroup,
    package=__name__,
    table=_COMMANDS,
    epilog="Exit status: 0 nothing at or above the gate, 1 findings, 2 wrong usage, 3 incomplete, 70 a bug of ours.",
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
    try:
        status = pratique.main(standalone_mode=False)
    except click.exceptions.Exit as ending:
        status = ending.exit_code
    except click.ClickException as error:
        error.show()
        status = USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        status = 130
    except BrokenPipeError:
        # Whoever read us has gone (`| head`): there is nobody to tell.
        sys.stderr.close()
        status = 141
    except PratiqueError as error:
        from scanner.display import line

        click.echo(f"pratique: {line(str(error))}", err=True)
        status = USAGE if isinstance(error, UsageError) else INCOMPLETE
    except Exception:  # the boundary: everything else is our bug, and says so
        import traceback

        traceback.print_exc()
        click.echo(
            f"pratique {__version__}: this is a bug of ours, not a finding. Please report it with the lines above.",
            err=True,
        )
        status = BUG
    sys.exit(status if isinstance(status, int) else 0)
