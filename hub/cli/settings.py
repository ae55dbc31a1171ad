"""``hub settings``: what can be set, and what is."""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from dataclasses import fields
from typing import Any

from hub import wiring
from hub.cli.output import DONE, USAGE, say
from hub.settings import Settings, write_setting

_HELP = """\
Show the settings of the hub, or keep one in its folder (hub.json). HUB_NAME in the environment wins over it.

  hub settings
  hub settings base_uri https://catalogue.example.org/        then: hub rebuild"""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "settings", help="what can be set", description=_HELP, formatter_class=argparse.RawTextHelpFormatter
    )
    p.add_argument("name", nargs="?")
    p.add_argument("value", nargs="?")
    p.set_defaults(run=run)


def sentences() -> dict[str, str]:
    """The one sentence of each setting: the comment beside its default."""
    source = inspect.getsource(Settings)
    return dict(re.findall(r"^    (\w+): .*?  # (.*)$", source, re.M))


def run(a: argparse.Namespace) -> int:
    """List, or set one."""
    said = sentences()
    if a.name:
        if a.name not in said or a.name == "data" or a.value is None:
            say(f"hub settings NAME VALUE; names are {', '.join(n for n in said if n != 'data')}")
            return USAGE
        write_setting(a.data, a.name, a.value)
        wiring.open_settings(a.data)
        say(f"{a.name} = {a.value}")
        return DONE
    settings = wiring.open_settings(a.data)
    for f in fields(Settings):
        sys.stdout.write(
            f"{f.name} = {getattr(settings, f.name)}\n    {said[f.name]}; environment: HUB_{f.name.upper()}\n"
        )
    return DONE
