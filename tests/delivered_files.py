"""What a vendor hands over, built by the test that needs it: archives, packages, an image. Nothing in it works."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.deliveries import Document

ELF = b"\x7fELF\x02\x01\x01" + bytes(120)
"""Begins as a program does, and is none."""
Files = Mapping[str, bytes]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def zipped(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tarred(files: Files, special: Mapping[str, bytes] = {}) -> bytes:
    """`special`: names of what is no file, each with its kind."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in special.items():
            member = tarfile.TarInfo(name)
            member.type = kind
            member.linkname = "/etc/passwd"
            archive.addfile(member)
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def jar(group: str, artifact: str, version: str, **more: bytes) -> bytes:
    properties = f"groupId={group}\nartifactId={artifact}\nversion={version}\n".encode()
    files = {f"META-INF/maven/{group}/{artifact}/pom.properties": properties, "A.class": b"\xca\xfe\xba\xbe\0\0\0\x34"}
    return zipped(files | more)


def manifest(name: str, version: str) -> bytes:
    return json.dumps({"name": name, "version": version}).encode()


def npm(name: str, version: str) -> bytes:
    return gzip.compress(tarred({"package/package.json": manifest(name, version), "package/index.js": b"0\n"}), mtime=0)


def wheel(name: str, version: str) -> bytes:
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    return zipped({f"{name}/__init__.py": b"", f"{name}-{version}.dist-info/METADATA": metadata})


def control(name: str, version: str, **more: str) -> bytes:
    fields = {"Package": name, "Version": version, "Architecture": "amd64", **more}
    return "".join(f"{key}: {value}\n" for key, value in fields.items()).encode()


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def deb(name: str, version: str, files: Files, *, pack: Callable[[bytes], bytes] = _gzip, ending: str = "gz") -> bytes:
    members = {
        "debian-binary": b"2.0\n",
        f"control.tar.{ending}": pack(tarred({"./control": control(name, version)})),
        f"data.tar.{ending}": pack(tarred({f"./{path}": data for path, data in files.items()})),
    }
    out = b"!<arch>\n"
    for member, data in members.items():
        out += (
            f"{member:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
        )
    return out


def _header(tags: Mapping[int, str]) -> bytes:
    store, index = b"", b""
    for tag, text in tags.items():
        index += struct.pack(">4L", tag, 6, len(store), 1)
        store += text.encode() + b"\0"
    return b"\x8e\xad\xe8\x01" + bytes(4) + struct.pack(">2L", len(tags), len(store)) + index + store


def cpio(files: Files, modes: Mapping[str, int] = {}) -> bytes:
    out = b""
    for name, data in {**files, "TRAILER!!!": b""}.items():
        fields = [0] * 13
        fields[1], fields[6], fields[11] = modes.get(name, 0o100644), len(data), len(name) + 1
        out += b"070701" + "".join(f"{field:08x}" for field in fields).encode() + name.encode() + b"\0"
        out += bytes(-len(out) % 4) + data
        out += bytes(-len(out) % 4)
    return out


def rpm(
    name: str,
    version: str,
    release: str,
    files: Files,
    modes: Mapping[str, int] = {},
    *,
    pack: Callable[[bytes], bytes] = _gzip,
) -> bytes:
    signature = _header({1000: "x"})
    header = _header({1000: name, 1001: version, 1002: release, 1022: "x86_64"})
    lead = b"\xed\xab\xee\xdb" + bytes(92)
    return lead + signature + bytes(-len(signature) % 8) + header + pack(cpio(files, modes))


def go_program(modules: str) -> bytes:
    def told(text: bytes) -> bytes:
        size, length = len(text), b""
        while size > 0x7F:
            length += bytes(((size & 0x7F) | 0x80,))
            size >>= 7
        return length + bytes((size,)) + text

    info = b"\xff Go buildinf:\x08\x02" + bytes(16)
    return ELF + bytes(-len(ELF) % 16) + info + told(b"go1.22.1") + told(bytes(16) + modules.encode() + bytes(16))


def image(
    layers: list[bytes], folder: Path, *, spoil: int | None = None, pack: Callable[[bytes], bytes] = _gzip
) -> Path:
    """An OCI layout; of layer `spoil` other bytes stand under its name than its digest says."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def blob(data: bytes, stored: bytes | None = None) -> Document:
        (blobs / sha256(data)).write_bytes(data if stored is None else stored)
        return {"digest": f"sha256:{sha256(data)}", "size": len(data)}

    packed = [pack(layer) for layer in layers]
    listed = [
        blob(one, pack(layers[number] + bytes(512)) if number == spoil else None)
        | {"mediaType": f"application/vnd.oci.image.layer.v1.tar+{'gzip' if pack is _gzip else 'zstd'}"}
        for number, one in enumerate(packed)
    ]
    config = blob(json.dumps({"os": "linux"}).encode())
    found = blob(json.dumps({"schemaVersion": 2, "config": config, "layers": listed}).encode())
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [found]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return folder


def as_tar(folder: Path, path: Path) -> Path:
    files = {one.relative_to(folder).as_posix(): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}
    path.write_bytes(tarred(files))
    return path


def named(purl: str, data: bytes | None = None, *, type_: str = "library", **more: str) -> Document:
    """A component of an SBOM, with the digest of what is delivered as it."""
    name, _, version = purl.partition("/")[2].partition("?")[0].partition("@")
    hashes = [] if data is None else [{"alg": "SHA-256", "content": sha256(data)}]
    name = name.rpartition("/")[2]
    return {"type": type_, "name": name, "version": version, "purl": purl, "bom-ref": purl, "hashes": hashes, **more}


def file(path: str, data: bytes) -> Document:
    return {"type": "file", "name": path, "bom-ref": path, "hashes": [{"alg": "SHA-256", "content": sha256(data)}]}


def sbom(*components: Document) -> Document:
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {
            "timestamp": "2026-10-01T08:00:00Z",
            "component": {"type": "application", "bom-ref": "product", "name": "shop", "version": "1.0.0"},
        },
        "components": list(components),
    }


def laid(folder: Path, files: Files) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
