"""What the projector asks of a view, and where views live in the hub's folder."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


@dataclass(slots=True)
class Applied:
    """A stretch of the change log, described: what each view makes of it is its own affair.

    ``entities``: (IRI, N-Quads) of everything that changed, empty N-Quads for what has nothing left to say;
    ``graphs``: (IRI, N-Quads) of the named graphs of members' records, empty N-Quads for one that is gone;
    ``documents``: the search documents of changed Works; ``headings``: those of changed Agents, Concepts and Hubs;
    ``instances``: those of changed Instances; ``uses``: how many records use a heading, by its id; ``gone``:
    (place, id) of merged and withdrawn entities.
    """

    entities: list[tuple[str, bytes]] = field(default_factory=list)
    graphs: list[tuple[str, bytes]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    headings: list[dict[str, Any]] = field(default_factory=list)
    instances: list[dict[str, Any]] = field(default_factory=list)
    uses: dict[str, int] = field(default_factory=dict)
    gone: list[tuple[str, str]] = field(default_factory=list)


class View(Protocol):
    """A store that follows the change log. Applying the same stretch twice must change nothing."""

    name: str
    """Of the store on disk; a new store has a new name, and so starts from change zero."""

    def apply(self, applied: Applied) -> None:
        """Take in a stretch of the log."""

    def flush(self) -> None:
        """Make all that was applied durable; only then does the view's cursor move."""

    def publish(self, seq: int) -> None:
        """Let readers see the view as of change ``seq``."""

    def compact(self) -> None:
        """Put the files in order after everything was written anew, so that readers find things close together."""

    def close(self) -> None:
        """Let go of the store."""


class Shelf:
    """The folders of one kind of view in the hub's folder, of which one is in use (``triples`` names it).

    A rebuild makes a new folder beside the old and puts it in its place by renaming one small link.
    """

    def __init__(self, data: Path, kind: str) -> None:
        self.data = data
        self.kind = kind
        self.link = data / kind

    def current(self) -> Path | None:
        """The folder in use, or None before the first."""
        try:
            return self.data / os.readlink(self.link)
        except FileNotFoundError:
            return None

    def new(self) -> Path:
        """A folder for a new view, not yet in use."""
        folder = self.data / f"{self.kind}-{secrets.token_hex(4)}"
        folder.mkdir(parents=True)
        return folder

    def use(self, folder: Path) -> None:
        """Put ``folder`` in use, in one step."""
        draft = self.data / f"{self.kind}.next"
        draft.unlink(missing_ok=True)
        draft.symlink_to(folder.name)
        draft.replace(self.link)

    def open(self) -> Path:
        """The folder in use; the first is made."""
        found = self.current()
        if found is None:
            found = self.new()
            self.use(found)
        return found

    def clear(self) -> None:
        """Remove the folders that are not in use."""
        used = self.current()
        for folder in self.data.glob(f"{self.kind}-*"):
            if folder != used and folder.is_dir():
                shutil.rmtree(folder)
