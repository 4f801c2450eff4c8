"""pratique fleet serve"""

from __future__ import annotations

import os
from pathlib import Path

import click

from scanner.cli import options
from scanner.cli.fleet import shared


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8740, show_default=True, metavar="N", help="Which port."
)
@shared.store_option
@options.intel_directory
def serve(host: str, port: int, store_address: str | None, intel_dir: Path | None) -> int:
    """Serve the fleet's pages and its REST API."""
    from scanner.pipeline.fleet import places
    from scanner.web import serving
    from scanner.web.settings import Settings

    serving.run(
        Settings(
            store=places.store_address(store_address, os.environ),
            intel_directory=options.directory(intel_dir),
            host=host,
            port=port,
        )
    )
    return 0
