"""What pyproject.toml cannot say: with ``BIBHUB_COMPILE=1`` a wheel is built whose converters mypyc has compiled.

``make wheel`` does that, in a copy of the sources. Without the variable everything is pure Python and no compiler is
needed. Why, and what it brings: docs/decisions/0013-compiled-converters.md.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import setup

PROGRAMS = {"converters/__main__.py", "converters/bibframe/mapping.py"}
"""Modules that ``python -m`` runs, which compiled ones cannot be."""


def check() -> None:
    """Ends the build with a sentence when it cannot succeed, or would leave compiled modules among the sources."""
    if not {"egg_info", "dist_info", "bdist_wheel"}.intersection(sys.argv):
        sys.exit(
            "BIBHUB_COMPILE=1 is for wheels only (make wheel): compiled modules beside the sources hide every edit."
        )
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
    if shutil.which(compiler) is None or not Path(sysconfig.get_path("include"), "Python.h").exists():
        sys.exit(
            f"Compiling the converters needs a C compiler ({compiler}) and the headers of Python "
            f"{sysconfig.get_python_version()}; on Debian: apt-get install gcc python3-dev. "
            "Without them BibHub runs as pure Python."
        )


def options() -> dict[str, object]:
    """What a compiled build adds: mypyc at the version that checks the types, and its extension modules."""
    check()
    pins = Path("constraints.txt").read_text("utf-8").splitlines()
    found: dict[str, object] = {"setup_requires": [pin for pin in pins if pin.startswith("mypy==")]}
    if "bdist_wheel" in sys.argv:
        from mypyc.build import mypycify

        modules = (path.as_posix() for path in Path("converters").rglob("*.py") if path.name != "__init__.py")
        found["ext_modules"] = mypycify(
            ["--config-file=", "--ignore-missing-imports", *sorted(set(modules) - PROGRAMS)],
            opt_level=os.environ.get("MYPYC_OPT_LEVEL", "3"),
            debug_level="0",
            multi_file=True,
            group_name="bibhub",
        )
    return found


setup(**(options() if os.environ.get("BIBHUB_COMPILE") == "1" else {}))
