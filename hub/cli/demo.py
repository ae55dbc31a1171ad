"""``hub demo``: the demo consortium, loaded and served."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from hub import wiring
from hub.cli import load
from hub.cli.output import REJECTS, USAGE, say
from hub.cli.serve import serve
from hub.demo import consortium, files
from hub.members import Group, Library, put_group, put_library, put_member
from hub.settings import Settings, write_setting

_HELP = """\
Load the demo consortium (five Vietnamese libraries in two groups, their records in every common form, some of them
honestly dirty) and serve it.

  hub --data demo-data demo
  hub --data demo-data demo --no-serve"""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "demo", help="the demo consortium, loaded and served", description=_HELP,
        formatter_class=argparse.RawTextHelpFormatter,
    )  # fmt: skip
    p.add_argument("--host", default="127.0.0.1")
    p.add_argument("--port", type=int, default=8000)
    p.add_argument("--no-serve", action="store_true", help="load only")
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Make the members, load their files, serve."""
    if not (a.data / "hub.json").exists():
        if a.data.exists() and any(a.data.iterdir()):
            say(f"{a.data} is not empty and holds no hub: name another folder with --data")
            return USAGE
        write_setting(a.data, "base_uri", f"http://{a.host}:{a.port}/")
    settings = wiring.open_settings(a.data)
    _members(settings)
    result = load.load_files(settings, _by_member(files()))
    if result not in (0, REJECTS):
        return result
    say("The rejected records above are part of the demo: its dirty file shows what a report looks like.")
    if a.no_serve:
        return 0
    say(f"\n    Open {settings.base_uri} in a browser.\n")
    return serve(a.data, a.host, a.port)


def _members(settings: Settings) -> None:
    described = consortium()
    registry = wiring.open_registry(settings)
    with registry.write() as connection:
        for group in described["groups"]:
            put_group(connection, Group(group["code"], group["name_vi"], group["name_en"]))
        for member in described["members"]:
            put_member(connection, member["code"], member.get("profile", {}))
        for library in described["libraries"]:
            put_library(connection, Library(**library))


def _by_member(found: list[tuple[str, Path]]) -> list[tuple[str, list[Path]]]:
    """Neighbouring files of one member together, in load order."""
    grouped: list[tuple[str, list[Path]]] = []
    for member, path in found:
        if grouped and grouped[-1][0] == member:
            grouped[-1][1].append(path)
        else:
            grouped.append((member, [path]))
    return grouped
