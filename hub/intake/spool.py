"""Files that members send over the web: received in pieces, looked at, kept in the spool folder until loaded.

The queue is the registry's ``upload`` table, so that a server that is killed forgets nothing: what was waiting is
loaded by the next one, what was being loaded is loaded again (a load repeated changes nothing), three times at most.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import unicodedata
import zlib
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from converters.marc import UnknownFormat, frames
from hub.intake.load import LoadError, LoadReport, load
from hub.registry import Registry, schema
from hub.registry.registry import now

log = logging.getLogger(__name__)

RESERVE = 1 << 30
"""Bytes of disk that uploads leave free."""
MOST_WAITING = 20
"""Files of one member in the queue."""
ATTEMPTS = 3
RATIO = 100
"""How many times its size a gzip file may unpack to, beyond BOMB bytes; wordy MARCXML packs to a 20th."""
BOMB = 64 << 20
HOPELESS = 20_000
"""Records after which a load ends when nearly all were rejected: this is not the file that was meant."""


class Refused(Exception):
    """A file that is not taken. ``code`` is ``too-large``, ``no-room``, ``not-marc`` or ``queue-full``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Draft:
    """A file on its way in: write its pieces, then :meth:`keep` or :meth:`discard` it. ``limit`` is bytes."""

    def __init__(self, folder: Path, limit: int, announced: int | None = None) -> None:
        """Raises Refused when the announced number of bytes is too much for the hub or its disk."""
        self.folder, self.limit, self.size = folder, limit, 0
        folder.mkdir(parents=True, exist_ok=True)
        if announced is not None and announced > limit:
            raise self._too_large()
        if shutil.disk_usage(folder).free < (announced or 0) + RESERVE:
            raise Refused("no-room", "the hub's disk is nearly full; tell its office")
        self.path = folder / f"{secrets.token_hex(12)}.part"
        self._file: BinaryIO = self.path.open("xb")

    def _too_large(self) -> Refused:
        return Refused(
            "too-large",
            f"a file may have {self.limit >> 20:,} MiB: pack it with gzip, send it in parts or let the office load it",
        )

    def write(self, piece: bytes) -> None:
        """Add bytes. Raises Refused beyond the limit."""
        self.size += len(piece)
        if self.size > self.limit:
            raise self._too_large()
        self._file.write(piece)

    def finish(self) -> None:
        """All bytes are there: put them on the disk and look at them. Raises Refused for what is no MARC."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        _look(self.path, self.limit)

    def keep(self, registry: Registry, member: str, source: str, *, full: bool, force: bool, by: str) -> int:
        """Put the file into the queue; gives the number of its job. Raises Refused for a full queue."""
        kept = self.path.with_suffix(".marc")
        values: dict[str, Any] = {
            "kind": "full load" if full else "load",
            "member": member,
            "source": file_name(source),
            "state": "queued",
            "started": now(),
            "bytes_total": self.size,
        }
        with registry.write() as connection:
            waiting = select(func.count()).select_from(_queue().where(schema.job.c.member == member).subquery())
            if (connection.execute(waiting).scalar() or 0) >= MOST_WAITING:
                raise Refused("queue-full", f"{MOST_WAITING} files of {member} are waiting already; send more later")
            number = int(connection.execute(insert(schema.job).values(values)).inserted_primary_key[0])  # type: ignore[index]  # one row was added
            self.path.replace(kept)
            connection.execute(
                insert(schema.upload).values(
                    job=number, file=kept.name, full=full, force=force, by=by, attempts=0, waiting=True, stop=False
                )
            )
        return number

    def discard(self) -> None:
        """Forget the file; nothing happens when it is kept."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def file_name(text: str) -> str:
    """A sender's name for a file, fit to be shown: no folders, control or direction characters, 120 characters."""
    last = text.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    return clean.strip()[-120:] or "upload"


def _look(path: Path, limit: int) -> None:
    """Raise Refused for a file that is no MARC or unpacks to far too much; reads as little as tells."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if packed:
            _unpack(file, path.stat().st_size, limit * 10)
            file.seek(0)
        try:
            frames(file)  # recognises the format before the first record is asked for
        except UnknownFormat as error:
            raise Refused("not-marc", str(error)) from error


def _unpack(file: BinaryIO, size: int, most: int) -> None:
    """Count what a gzip file unpacks to, in constant memory, and stop where it is too much."""
    inflate, count = zlib.decompressobj(31), 0
    allowed = min(most, max(BOMB, RATIO * size))
    data = file.read(1 << 20)
    while data:
        try:
            count += len(inflate.decompress(data, 1 << 20))
        except zlib.error:
            return  # damaged: the load says where, and takes the records before it
        if count > allowed:
            raise Refused("too-large", "the file unpacks to far more than MARC records do; send it unpacked, in parts")
        data = inflate.unconsumed_tail
        if inflate.eof:
            data = inflate.unused_data.lstrip(b"\x00")
            inflate = zlib.decompressobj(31)
        data = data or file.read(1 << 20)


def _queue() -> Any:
    joined = schema.upload.join(schema.job, schema.job.c.id == schema.upload.c.job)
    columns = (schema.upload, schema.job.c.member, schema.job.c.source)
    return select(*columns).select_from(joined).where(schema.upload.c.waiting)


def is_waiting(registry: Registry) -> bool:
    """Whether a file waits for its load."""
    with registry.read() as connection:
        return (
            connection.execute(select(schema.upload.c.job).where(schema.upload.c.waiting).limit(1)).first() is not None
        )


def stop(connection: Connection, job: int) -> None:
    """End a job: at once when it waits, after its next records when it runs. What was stored stays."""
    connection.execute(update(schema.upload).where(schema.upload.c.job == job).values(stop=True))


def load_waiting(registry: Registry, folder: Path, workers: int) -> None:
    """Load the files of the queue in order until none is left. The caller holds the intake lock."""
    _sweep(registry, folder)
    while (row := _take(registry)) is not None:
        try:
            _load(registry, folder, row, workers)
        except Exception:
            log.exception("the load of job %s failed", row.job)


def _take(registry: Registry) -> Row[Any] | None:
    """The next file of the queue, its attempt counted."""
    with registry.write() as connection:
        row: Row[Any] | None = connection.execute(
            _queue().order_by(schema.upload.c.attempts, schema.upload.c.job)
        ).first()
        if row is not None:
            connection.execute(
                update(schema.upload).where(schema.upload.c.job == row.job).values(attempts=row.attempts + 1)
            )
            # An attempt that was killed has rejected records that this one meets again.
            connection.execute(delete(schema.quarantine).where(schema.quarantine.c.job == row.job))
    return row


def _load(registry: Registry, folder: Path, row: Row[Any], workers: int) -> None:
    path = folder / row.file

    def watch(report: LoadReport) -> None:
        with registry.read() as connection:
            stopped = connection.execute(select(schema.upload.c.stop).where(schema.upload.c.job == row.job)).scalar()
        if stopped and not report.done:
            raise LoadError("stopped by its sender; what was stored until then stays")
        if report.read >= HOPELESS and report.rejected * 10 > report.read * 9:
            raise LoadError(f"{report.rejected} of the first {report.read} records were rejected: the load was ended")

    if row.stop or row.attempts >= ATTEMPTS or not path.exists():
        message = (
            "stopped by its sender before it began"
            if row.stop
            else "the file is no longer there; send it again"
            if not path.exists()
            else f"{ATTEMPTS} attempts ended before the load did; tell the office, the hub's log says more"
        )
        with registry.write() as connection:
            connection.execute(
                update(schema.job)
                .where(schema.job.c.id == row.job)
                .values(state="failed", finished=now(), message=message)
            )
    else:
        try:
            with path.open("rb") as stream:
                load(
                    registry, row.member, stream, row.source, workers=workers, full=row.full, force=row.force,
                    progress=watch, job=row.job,
                )  # fmt: skip
        except (LoadError, UnknownFormat) as error:
            log.info("job %s: %s", row.job, error)  # the job keeps the message
    with registry.write() as connection:
        connection.execute(update(schema.upload).where(schema.upload.c.job == row.job).values(waiting=False))
    path.unlink(missing_ok=True)


def _sweep(registry: Registry, folder: Path) -> None:
    """Remove files that no job waits for: uploads that were cut off long ago, files of jobs that ended."""
    if not folder.is_dir():
        return
    with registry.read() as connection:
        wanted = set(connection.execute(select(schema.upload.c.file).where(schema.upload.c.waiting)).scalars())
    for path in folder.iterdir():
        old = now() - path.stat().st_mtime > 86400
        if path.suffix in (".part", ".marc") and path.name not in wanted and old:
            path.unlink(missing_ok=True)
