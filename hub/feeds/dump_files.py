"""Dumps as they are served and advertised: a list, and files that can be fetched in ranges and again only when new."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from hub.feeds.dumps import CHECKSUMS, CURRENT, MANIFEST, dump_names
from ontologies.namespaces import DCTERMS, RDF, VOID, XSD

_DCAT = "http://www.w3.org/ns/dcat#"
_SPDX = "http://spdx.org/rdf/terms#"
_IANA = "https://www.iana.org/assignments/media-types/"
_NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9]+")
_PLAIN = {MANIFEST: "application/json", CHECKSUMS: "text/plain; charset=utf-8"}


class Dumps:
    """The dumps in a folder (``data/dumps``). A name that no manifest lists is never looked for on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[dict[str, Any]]:
        """The manifests, newest first."""
        found = []
        for name in reversed(dump_names(self.folder)):
            manifest = self.manifest(name)
            if manifest is not None:
                found.append(manifest)
        return found

    def current(self) -> dict[str, Any] | None:
        """The manifest of the newest dump."""
        return self.manifest(CURRENT)

    def manifest(self, name: str) -> dict[str, Any] | None:
        """The manifest of one dump by its name, or by ``current``; None when there is none."""
        if name != CURRENT and not _NAME.fullmatch(name):
            return None
        try:
            found: dict[str, Any] = json.loads((self.folder / name / MANIFEST).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found

    def file(self, dump: str, name: str) -> tuple[Path, str, str] | None:
        """Path, media type and entity tag of a file (or of the manifest, or of the checksums) of a dump."""
        manifest = self.manifest(dump)
        if manifest is None:
            return None
        if name in _PLAIN:
            return self.folder / manifest["name"] / name, _PLAIN[name], f"{manifest['name']}-{manifest['made']}-{name}"
        for listed in manifest["files"]:
            if listed["name"] == name:
                return self.folder / manifest["name"] / listed["name"], listed["compression"], listed["sha256"][:32]
        return None


def dump_triples(folder: Path, base: str) -> Iterator[Triple]:
    """What the data set says of its newest dump: ``void:dataDump`` and a ``dcat:distribution`` for each file.

    ``folder`` is that of the dumps; nothing is said before the first. Distributions are named, so that no blank node is
    needed; SPDX checksums are as DCAT 3 has them.
    """
    manifest = Dumps(folder).current()
    if manifest is None:
        return
    dataset = NamedNode(f"{base}.well-known/void#dataset")
    at = f"{base}dumps/{manifest['name']}/"
    made = Literal(manifest["published"], datatype=NamedNode(XSD.dateTime[1:-1]))
    yield Triple(dataset, NamedNode(DCTERMS.modified[1:-1]), made)
    for file in manifest["files"]:
        url = NamedNode(at + file["name"])
        entry = NamedNode(f"{base}.well-known/void#{file['name']}")
        checksum = NamedNode(f"{base}.well-known/void#{file['name']}-sha256")
        yield Triple(dataset, NamedNode(f"{_DCAT}distribution"), entry)
        if file["name"] == "graph.nq.gz":
            yield Triple(dataset, NamedNode(VOID.dataDump[1:-1]), url)
        for predicate, value in (
            (RDF.type[1:-1], NamedNode(f"{_DCAT}Distribution")),
            (DCTERMS.title[1:-1], Literal(file["about"], language="en")),
            (DCTERMS.license[1:-1], NamedNode(manifest["licence"])),
            (DCTERMS.issued[1:-1], made),
            (f"{_DCAT}downloadURL", url),
            (f"{_DCAT}mediaType", NamedNode(_IANA + file["media_type"])),
            (f"{_DCAT}compressFormat", NamedNode(_IANA + file["compression"])),
            (f"{_DCAT}byteSize", Literal(str(file["bytes"]), datatype=NamedNode(XSD.nonNegativeInteger[1:-1]))),
            (f"{_SPDX}checksum", checksum),
        ):
            yield Triple(entry, NamedNode(predicate), value)
        yield Triple(checksum, NamedNode(RDF.type[1:-1]), NamedNode(f"{_SPDX}Checksum"))
        yield Triple(checksum, NamedNode(f"{_SPDX}algorithm"), NamedNode(f"{_SPDX}checksumAlgorithm_sha256"))
        hexadecimal = NamedNode(XSD.hexBinary[1:-1])
        yield Triple(checksum, NamedNode(f"{_SPDX}checksumValue"), Literal(file["sha256"], datatype=hexadecimal))
