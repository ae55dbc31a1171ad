"""``hub members``: who sends records, and the libraries that hold them."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from hub import wiring
from hub.cli.output import DONE, USAGE, say
from hub.members import Group, Library, members, put_group, put_library, put_member, read_profile, show_member

_HELP = """\
Members send records; their libraries hold Items; groups are regions or networks of libraries.

  hub members group north --name "Liên hiệp thư viện phía Bắc" --name-en "Northern libraries"
  hub members add VN-NLV --name "Thư viện Quốc gia Việt Nam" --name-en "National Library of Vietnam" --group north
  hub members add HCMUT --name "Thư viện ĐH Bách khoa" --profile hcmut.json
  hub members list
  hub members show VN-NLV

A profile (JSON) tells what is particular to a member's records; docs/profiles.md explains its keys."""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "members", help="who sends records", description=_HELP, formatter_class=argparse.RawTextHelpFormatter
    )
    actions = p.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add a member and its library, or change them")
    add.add_argument("code", help="1 to 16 letters, digits, hyphens (the ISIL is best)")
    add.add_argument("--name", required=True, help="name in Vietnamese")
    add.add_argument("--name-en", help="name in English (default: the same)")
    add.add_argument("--group", help="code of its group")
    add.add_argument("--place", help="town")
    add.add_argument("--latitude", type=float, help="in degrees")
    add.add_argument("--longitude", type=float, help="in degrees")
    add.add_argument("--website", help="http(s) address")
    add.add_argument("--profile", type=Path, metavar="JSON", help="profile file")
    add.set_defaults(run=_add)
    branch = actions.add_parser("library", help="add a branch of a member as a library of its own")
    branch.add_argument("code")
    branch.add_argument("--member", required=True)
    branch.add_argument("--name", required=True)
    branch.add_argument("--name-en")
    branch.add_argument("--group")
    branch.add_argument("--place")
    branch.add_argument("--latitude", type=float)
    branch.add_argument("--longitude", type=float)
    branch.add_argument("--website")
    branch.set_defaults(run=_library)
    group = actions.add_parser("group", help="add a group of libraries, or change its names")
    group.add_argument("code")
    group.add_argument("--name", required=True)
    group.add_argument("--name-en")
    group.set_defaults(run=_group)
    listing = actions.add_parser("list", help="all members with their counts (tab-separated)")
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", help="one member, as JSON")
    show.add_argument("code")
    show.set_defaults(run=_show)


def _library_of(a: argparse.Namespace, member: str) -> Library:
    return Library(a.code, member, a.name, a.name_en or a.name, a.group, a.place, a.latitude, a.longitude, a.website)


def _add(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    with registry.write() as connection:
        known = show_member(connection, a.code)
        if a.profile is not None:
            profile = read_profile(a.profile)
        else:
            profile = known.profile if known else {}
        put_member(connection, a.code, profile)
        library = _library_of(a, a.code)
        old = next((x for x in known.libraries if x.code == a.code), None) if known else None
        if old is not None:
            given = {f: v for f in ("group_code", "place", "latitude", "longitude", "website")
                     if (v := getattr(library, f)) is not None}  # fmt: skip
            library = replace(old, name_vi=a.name, name_en=a.name_en or old.name_en, **given)
        put_library(connection, library)
    say(f"member {a.code}: {a.name}")
    return DONE


def _library(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    with registry.write() as connection:
        put_library(connection, _library_of(a, a.member))
    say(f"library {a.code} of {a.member}: {a.name}")
    return DONE


def _group(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    with registry.write() as connection:
        put_group(connection, Group(a.code, a.name, a.name_en or a.name))
    say(f"group {a.code}: {a.name}")
    return DONE


def _list(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    with registry.read() as connection:
        found = members(connection)
    out = sys.stdout
    out.write("code\tname\tlibraries\tbibliographic\tholdings\tauthority\trejected\n")
    for m in found:
        name = next((x.name_vi for x in m.libraries if x.code == m.code), "")
        counts = "\t".join(str(m.records.get(kind, 0)) for kind in ("bibliographic", "holdings", "authority"))
        out.write(f"{m.code}\t{name}\t{len(m.libraries)}\t{counts}\t{m.quarantined}\n")
    return DONE


def _show(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    with registry.read() as connection:
        m = show_member(connection, a.code)
    if m is None:
        say(f"no member {a.code!r}")
        return USAGE
    shown = {
        "code": m.code,
        "records": m.records,
        "rejected": m.quarantined,
        "libraries": [{f: getattr(x, f) for f in Library.__slots__} for x in m.libraries],
        "profile": m.profile,
    }
    sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
    return DONE
