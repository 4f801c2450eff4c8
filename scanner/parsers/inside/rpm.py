"""RPM packages as files, by their header. What is installed in an image is not read: that is a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.errors import InputError
from scanner.model.component import Component, Location, Problem
from scanner.model.delivered_files import Recognised
from scanner.model.purl import Purl
from scanner.shape import rpm_headers

FILES = r"!/\(header\)\Z"
_HEADER = "!/(header)"


def read(kept: Mapping[str, bytes]) -> Iterator[Recognised | Problem]:
    """Yield each package."""
    for path, data in kept.items():
        try:
            tags = rpm_headers.tags(data)
        except InputError as error:
            yield Problem(where=path, what=error.what)
            continue
        name, version = tags.get(rpm_headers.NAME, ""), tags.get(rpm_headers.VERSION, "")
        if not name:
            yield Problem(where=path, what="it names no package")
            continue
        release = tags.get(rpm_headers.RELEASE, "")
        full = f"{version}-{release}" if release else version
        kept_qualifiers = (("arch", tags.get(rpm_headers.ARCH, "")), ("epoch", tags.get(rpm_headers.EPOCH, "")))
        qualifiers = tuple(pair for pair in kept_qualifiers if pair[1])
        yield Recognised(
            component=Component(
                name=name,
                version=full or None,
                purl=Purl("rpm", None, name, full or None, qualifiers),
                location=Location(path),
                supplier=tags.get(rpm_headers.VENDOR) or None,
            ),
            root=path.removesuffix(_HEADER),
            archive=True,
        )
