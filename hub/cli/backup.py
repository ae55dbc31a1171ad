"""``hub backup`` and ``hub restore``: the registry and the settings; the views are made anew."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from hub import wiring
from hub.cli.output import DONE, FAILED, USAGE, display, say
from hub.registry import schema
from hub.registry.registry import now
from hub.settings import CONFIG

_BACKUP = """\
Copy the registry (every record sent, every decision, every URI) and the settings into an empty folder, while the hub
goes on. With a PostgreSQL registry use its own tools for the database; this then keeps the settings only.

  hub backup /backups/2026-11-22"""
_RESTORE = """\
Make a hub out of a backup in an empty folder: verify the checksums, copy, rebuild the views.

  hub --data new-data restore /backups/2026-11-22"""
_MANIFEST = "manifest.json"
_REGISTRY = "registry.sqlite"


def register(verbs: Any) -> None:
    """Add the verbs to the command line."""
    p = verbs.add_parser(
        "backup", help="copy what cannot be rebuilt", description=_BACKUP,
        formatter_class=argparse.RawTextHelpFormatter,
    )  # fmt: skip
    p.add_argument("folder", type=Path)
    p.set_defaults(run=backup)
    p = verbs.add_parser(
        "restore", help="a hub out of a backup", description=_RESTORE, formatter_class=argparse.RawTextHelpFormatter
    )
    p.add_argument("folder", type=Path)
    p.set_defaults(run=restore)


def backup(a: argparse.Namespace) -> int:
    """Write the backup; the manifest last, so that a folder with one is complete."""
    settings = wiring.open_settings(a.data)
    registry = wiring.open_registry(settings)
    a.folder.mkdir(parents=True, exist_ok=True)
    if any(a.folder.iterdir()):
        say(f"{a.folder} is not empty")
        return USAGE
    files: dict[str, str] = {}
    if settings.registry_url.startswith("sqlite:"):
        source = sqlite3.connect(settings.data / _REGISTRY)
        target = sqlite3.connect(a.folder / _REGISTRY)
        try:
            source.backup(target)
        finally:
            target.close()
            source.close()
        files[_REGISTRY] = _digest(a.folder / _REGISTRY)
    if (settings.data / CONFIG).exists():
        shutil.copyfile(settings.data / CONFIG, a.folder / CONFIG)
        files[CONFIG] = _digest(a.folder / CONFIG)
    with registry.read() as connection:
        records = connection.execute(select(func.count()).select_from(schema.record)).scalar() or 0
    manifest = {"made": now(), "records": records, "base_uri": settings.base_uri, "sha256": files}
    (a.folder / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    say(f"{records:,} records in {a.folder}")
    return DONE


def restore(a: argparse.Namespace) -> int:
    """Verify, copy, rebuild."""
    try:
        manifest = json.loads((a.folder / _MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        say(f"{a.folder} is no complete backup: it has no {_MANIFEST}")
        return FAILED
    if a.data.exists() and any(a.data.iterdir()):
        say(f"{a.data} is not empty: name a new folder with --data")
        return USAGE
    for name, digest in manifest["sha256"].items():
        if _digest(a.folder / name) != digest:
            say(f"{a.folder / name} is damaged: its SHA-256 is not the one in {_MANIFEST}")
            return FAILED
    a.data.mkdir(parents=True, exist_ok=True)
    for name in manifest["sha256"]:
        shutil.copyfile(a.folder / name, a.data / name)
    settings = wiring.open_settings(a.data)
    registry = wiring.open_registry(settings)
    with display("rebuild") as shown, wiring.rebuilder(settings, registry) as projector:
        projector.rebuild(shown.projecting)
    say(f"restored {manifest['records']:,} records into {a.data}")
    return DONE


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
