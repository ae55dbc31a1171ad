"""Talking to the person at the terminal: messages, progress, numbers."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from hub.intake import LoadReport
    from hub.projection import ProjectionProgress

DONE, REJECTS, USAGE, FAILED = 0, 1, 2, 3

_LOG_EVERY = 10.0


def console() -> Console:
    """Messages and progress go to stderr, so that stdout stays machine-readable."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """One message to stderr, as it is."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


class LoadDisplay:
    """A load's progress: a bar on a terminal, a line every ten seconds in a log."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.started = time.monotonic()
        self.said = self.started
        self.screen = console()
        self.bar: Progress | None = None
        self.task: TaskID | None = None
        if self.screen.is_terminal:
            self.bar = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[counts]}"),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                console=self.screen,
            )

    def __enter__(self) -> LoadDisplay:
        if self.bar:
            self.bar.start()
            self.task = self.bar.add_task(self.title, total=None, counts="")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.bar:
            self.bar.stop()

    def loading(self, report: LoadReport) -> None:
        """Show a load's counts and rate."""
        rate = report.read / max(time.monotonic() - self.started, 1e-6)
        counts = f"{report.read:,} records, {report.rejected:,} rejected, {rate:,.0f}/s"
        self._show(counts, report.bytes_read, report.bytes_total)

    def projecting(self, progress: ProjectionProgress) -> None:
        """Show how far the views are."""
        rate = progress.done / max(time.monotonic() - self.started, 1e-6)
        self._show(f"{progress.done:,} of {progress.total:,} changes, {rate:,.0f}/s", progress.done, progress.total)

    def counted(self, counts: str, done: int, total: int | None) -> None:
        """Show what a line of counts says; ``done`` of ``total`` (None: unknown) in one unit."""
        self._show(counts, done, total)

    def _show(self, counts: str, done: int, total: int | None) -> None:
        if self.bar is not None and self.task is not None:
            self.bar.update(self.task, completed=done, total=total, counts=counts)
        elif time.monotonic() - self.said > _LOG_EVERY:
            self.said = time.monotonic()
            share = f" ({100 * done / total:.0f} %)" if total else ""
            say(f"{self.title}: {counts}{share}")


@contextmanager
def display(title: str) -> Iterator[LoadDisplay]:
    """A progress display for the block."""
    with LoadDisplay(title) as shown:
        yield shown
