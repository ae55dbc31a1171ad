"""Numbered snapshots of a store, of which one is current: what the readers open while the writer goes on.

A folder holds ``7/store`` (hard links of the writer's files), ``7/generation.json``, ``7/readers`` (each reader
holds a shared lock on it) and ``current``, a symbolic link to the number. A generation appears whole: it is made under
another name, renamed, and only then named by ``current``.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

CURRENT = "current"
READERS = "readers"
STORE = "store"


@dataclass(frozen=True)
class Generation:
    """One snapshot: its number (1, 2, …), the folder of its store, when it was published, and the writer's note."""

    number: int
    path: Path
    published: float
    """Seconds since the epoch."""
    note: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def age(self) -> float:
        """Seconds since it was published."""
        return max(0.0, time.time() - self.published)


class Generations:
    """The snapshots in one folder. Any number of processes may read it; one writes."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self._link = str(self.folder / CURRENT)
        self._seen: Generation | None = None

    def current(self) -> Generation | None:
        """The generation to read, or ``None`` before the first was published. Costs one ``readlink``."""
        try:
            number = int(os.readlink(self._link))
        except FileNotFoundError:
            return None
        if self._seen is None or self._seen.number != number:
            self._seen = self._read(number)
        return self._seen

    def _read(self, number: int) -> Generation | None:
        folder = self.folder / str(number)
        try:
            facts = json.loads((folder / "generation.json").read_bytes())
        except FileNotFoundError:  # pruned between the two looks: a newer one is current
            return None
        return Generation(number, folder / STORE, float(facts["published"]), facts.get("note", {}))

    def numbers(self) -> list[int]:
        """The numbers that exist, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(int(entry.name) for entry in os.scandir(self.folder) if entry.name.isdigit())

    def publish(self, snapshot: Callable[[Path], None], note: Mapping[str, str] | None = None) -> Generation:
        """Make the next generation: ``snapshot`` writes a store to the (not yet existing) path it is given.

        Then old generations that no reader is on are removed. Call from the one writer only.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        number = max(self.numbers(), default=0) + 1
        making = self.folder / f"making-{number}"
        making.mkdir()
        snapshot(making / STORE)
        (making / READERS).touch()
        published = time.time()
        _write_durably(making / "generation.json", json.dumps({"published": published, "note": dict(note or {})}))
        _sync_folder(making / STORE)
        _sync_folder(making)
        folder = self.folder / str(number)
        making.rename(folder)
        link = self.folder / "current.new"
        with contextlib.suppress(FileNotFoundError):
            link.unlink()
        link.symlink_to(str(number))
        link.replace(self.folder / CURRENT)
        _sync_folder(self.folder)
        self.prune()
        return Generation(number, folder / STORE, published, dict(note or {}))

    def prune(self) -> list[int]:
        """Remove generations older than the current one that no reader is on; their numbers."""
        current = self.current()
        removed = []
        for number in self.numbers():
            if current is None or number >= current.number:
                break
            folder = self.folder / str(number)
            with _unread(folder / READERS) as unread:
                if unread:
                    leaving = self.folder / f"leaving-{number}"
                    folder.rename(leaving)
                    shutil.rmtree(leaving, ignore_errors=True)
                    removed.append(number)
        return removed

    def _sweep(self) -> None:
        """Remove what a killed writer left half made or half removed."""
        for entry in list(os.scandir(self.folder)):
            if entry.name.startswith(("making-", "leaving-")):
                shutil.rmtree(entry.path, ignore_errors=True)


class Lease:
    """A reader's hold on a generation: while it lives, the generation is not removed. Ends with the process, too."""

    def __init__(self, store: Path) -> None:
        """``store`` is :attr:`Generation.path`. Raises ``FileNotFoundError`` when the generation is gone already."""
        path = store.parent / READERS
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._fd, fcntl.LOCK_SH)
        if not path.exists():  # renamed away while we waited for the lock
            os.close(self._fd)
            raise FileNotFoundError(path)

    def close(self) -> None:
        """Let go of the generation."""
        os.close(self._fd)


@contextlib.contextmanager
def _unread(path: Path) -> Iterator[bool]:
    """Yields whether nobody holds a lease on this generation, and keeps new ones out meanwhile."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield True
        return
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(fd)


def _write_durably(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
