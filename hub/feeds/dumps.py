"""Dumps: everything there is as compressed files with checksums, made beside the running service.

The graph files are read from one published generation, the MARC files and redirects from the registry. A dump is made
under another name and renamed when complete; ``current`` then names it. Memory does not grow with the catalogue.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from hub.feeds.activity import PAGE
from hub.feeds.library_files import write_libraries
from hub.feeds.marc_files import Out, member_codes, write_marc
from hub.feeds.redirects import write_redirects
from hub.feeds.served import FeedSettings, moment
from hub.registry import Registry
from hub.registry.registry import now
from ontologies.labels import labels
from sparql import Generation, Generations
from sparql.generations import Lease

CURRENT = "current"
MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
KEPT = 3
"""Dumps that stay, the new one included."""

NQUADS, NTRIPLES, MARCXML, TSV = (
    "application/n-quads",
    "application/n-triples",
    "application/marcxml+xml",
    "text/tab-separated-values",
)


class NothingPublished(Exception):
    """There is no generation to dump yet."""


class AlreadyDumping(Exception):
    """Another process is making a dump of this hub."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one file holds: ``about`` in a few words, the media type inside the compression, and what was counted."""

    name: str
    about: str
    media_type: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Further:
    """A file that others than this package know to write (the authority file): named and described as in
    :class:`Content`; ``write`` gives what it counted.
    """

    name: str
    about: str
    media_type: str
    write: Callable[[Out], dict[str, int]]


class Counted:
    """Writes on and counts lines."""

    def __init__(self, out: gzip.GzipFile) -> None:
        self.out = out
        self.lines = 0

    def write(self, data: bytes) -> int:
        """Write and count."""
        self.lines += data.count(b"\n")
        return self.out.write(data)

    def flush(self) -> None:
        """The compressor decides when to write."""


def make_dump(
    registry: Registry,
    settings: FeedSettings,
    folder: Path,
    *,
    keep: int = KEPT,
    further: Sequence[Further] = (),
    said: Callable[[str], None] = lambda _: None,
) -> Path:
    """Make a dump in ``folder`` and give its own folder in there, with ``further`` files; ``said`` hears of each file.

    Raises NothingPublished before the first generation, AlreadyDumping beside another dump into the same folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder), _held(Generations(settings.data / "generations")) as generation:
        seq = int(generation.note.get("seq", "0"))
        name = f"{datetime.fromtimestamp(generation.published, UTC):%Y%m%dT%H%M%SZ}-{seq}"
        for left in folder.glob("making-*"):
            shutil.rmtree(left)
        making = folder / f"making-{name}"
        making.mkdir()
        contents = []
        for content in _written(registry, settings.base_uri, generation, making, further):
            said(f"{content.name}: " + ", ".join(f"{n:,} {what}" for what, n in content.counts.items()))
            contents.append(content)
        _close(making, name, settings.base_uri, generation, seq, contents)
        made = folder / name
        if made.exists():  # of the same generation: the new one has newer MARC files
            shutil.rmtree(made)
        making.rename(made)
        draft = folder / f"{CURRENT}.next"
        draft.unlink(missing_ok=True)
        draft.symlink_to(name)
        draft.replace(folder / CURRENT)
        for old in dump_names(folder)[:-keep]:
            if old != name:
                shutil.rmtree(folder / old)
    return made


def dump_names(folder: Path) -> list[str]:
    """The complete dumps in a folder, oldest first."""
    found = [p.parent for p in folder.glob(f"*/{MANIFEST}") if not p.parent.is_symlink()]
    return sorted((p.name for p in found if p.name[:1].isdigit()), key=_age)


def _age(name: str) -> tuple[str, int]:
    made, _, seq = name.partition("-")
    return made, int(seq) if seq.isdigit() else 0


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyDumping(f"another process is making a dump in {folder}") from error
        yield


@contextlib.contextmanager
def _held(generations: Generations) -> Iterator[Generation]:
    """The current generation, kept from being removed while the dump reads it."""
    for _ in range(10):
        generation = generations.current()
        if generation is None:
            break
        try:
            lease = Lease(generation.path)
        except FileNotFoundError:  # a newer one has just taken its place
            continue
        try:
            yield generation
        finally:
            lease.close()
        return
    raise NothingPublished("nothing is published yet: load something first")


def _written(
    registry: Registry, base: str, generation: Generation, folder: Path, further: Sequence[Further]
) -> Iterator[Content]:
    store = ox.Store.read_only(str(generation.path))
    with _packed(folder / "graph.nq.gz") as file:
        counted = Counted(file)
        store.dump(counted, ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]  # any object with write() will do
    yield Content("graph.nq.gz", "the whole graph", NQUADS, {"statements": counted.lines})
    with _packed(folder / "vocabularies.ttl.gz") as file:
        lines = 0
        for line in labels():
            file.write(f"{line}\n".encode())
            lines += 1
    yield Content("vocabularies.ttl.gz", "labels of vocabulary terms", "text/turtle", {"statements": lines})
    for code, counts in write_libraries(store, registry, base, folder):
        about = f"Items of library {code} with their Instances and Works"
        yield Content(f"library-{code}.nt.gz", about, NTRIPLES, counts)
    for member in member_codes(registry):
        with _packed(folder / f"marc-{member}.xml.gz") as file:
            counts = write_marc(registry, member, file)
        yield Content(f"marc-{member}.xml.gz", f"public part of the records of {member}", MARCXML, counts)
    for one in further:
        with _packed(folder / f"{one.name}.gz") as file:
            counts = one.write(file)
        yield Content(f"{one.name}.gz", one.about, one.media_type, counts)
    with (folder / "redirects.tsv.gz").open("wb") as out:
        count = write_redirects(registry, base, out)
    yield Content("redirects.tsv.gz", "redirects and withdrawals", TSV, {"redirects": count})


@contextlib.contextmanager
def _packed(path: Path) -> Iterator[gzip.GzipFile]:
    with path.open("wb") as out, gzip.GzipFile(fileobj=out, mode="wb", filename="", mtime=0, compresslevel=6) as file:
        yield file


def _close(folder: Path, name: str, base: str, generation: Generation, seq: int, contents: list[Content]) -> None:
    files = []
    for content in contents:
        path = folder / content.name
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        files.append(
            {
                "name": content.name,
                "about": content.about,
                "media_type": content.media_type,
                "compression": "application/gzip",
                "bytes": path.stat().st_size,
                "sha256": digest,
                "counts": content.counts,
            }
        )
    manifest = {
        "name": name,
        "base_uri": base,
        "licence": LICENCE,
        "change": seq,
        "generation": generation.number,
        "published": moment(int(generation.published)),
        "made": moment(now()),
        "activity": f"{base}activity/page/{seq // PAGE + 1}",
        "files": files,
    }
    sums = "".join(f"{f['sha256']}  {f['name']}\n" for f in files)
    _sync(folder / CHECKSUMS, sums)
    _sync(folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def _sync(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
