"""How the artefact of a version is usually called, best first."""

from __future__ import annotations

from scanner.model.ecosystem import normalise_name
from scanner.model.purl import Purl
from scanner.registries.local_caches import escaped


def usual(purl: Purl) -> tuple[str, ...]:
    """File names, without folders; () for types of which we know none."""
    version = purl.version or ""
    plain = f"{purl.name}-{version}"
    match purl.type:
        case "npm":
            # `npm pack` puts the scope in front, the registry leaves it out.
            scope = f"{purl.namespace.lstrip('@')}-" if purl.namespace else ""
            return f"{scope}{plain}.tgz", *((f"{plain}.tgz",) if scope else ())
        case "pypi":
            named = purl.qualifier("file_name")
            if named is not None:
                return (named,)
            folded = normalise_name("PyPI", purl.name).replace("-", "_")
            names = dict.fromkeys((purl.name, folded, purl.name.replace("-", "_")))
            sdists = [f"{name}-{version}.tar.gz" for name in names]
            wheels = [f"{name}-{version}-{tag}-none-any.whl" for name in names for tag in ("py3", "py2.py3")]
            wanted = {"sdist": sdists, "wheel": wheels}.get(purl.qualifier("artifact") or "", sdists + wheels)
            return tuple(wanted)
        case "cargo":
            return (f"{plain}.crate",)
        case "gem":
            return (f"{plain}.gem",)
        case "golang":
            return f"{escaped(version)}.zip", f"{purl.name}@{version}.zip"
        case "maven":
            classifier = purl.qualifier("classifier")
            return (f"{plain}{f'-{classifier}' if classifier else ''}.{purl.qualifier('type') or 'jar'}",)
        case "nuget":
            return f"{purl.name.lower()}.{version.lower()}.nupkg", f"{purl.name}.{version}.nupkg"
        case _:
            return ()
