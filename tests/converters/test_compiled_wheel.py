"""The wheel with compiled converters says what the sources say, to the byte, and its build says what it lacks."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.peers import ROOT

FORMS = """
import importlib, pickle, sys
from pathlib import Path
from converters import convert
from converters.bibframe.rules import AUTHORITY, BIB, HOLDINGS
from converters.marc import Damaged, read, record_of
from converters.marc.write import to_marcxml

LEADERS = {id(HOLDINGS): "00000nx  a2200000zi 4500", id(AUTHORITY): "00000nz  a2200000n  4500"}

def records():
    for name in sys.argv[2:]:
        with open(name, "rb") as stream:
            for found in read(stream):
                sent = found if isinstance(found, Damaged) else found[0]
                assert pickle.loads(pickle.dumps(sent)) == sent  # frames travel between the processes of a load
                if isinstance(found, Damaged):
                    print(found, file=out)
                else:
                    yield found[1]
    for book in (BIB, HOLDINGS, AUTHORITY):
        leader = LEADERS.get(id(book), "00000nam a2200000 i 4500")
        for rule in book.rules:
            for example in rule.examples:
                yield record_of(example.marc, leader=leader)

with open(sys.argv[1], "w", encoding="utf-8") as out:
    for record in records():
        print(to_marcxml(record), file=out)
        description = convert(record)
        print(description.ntriples("http://bib.example/"), *description.problems, sep="\\n", file=out)
        description.release()
print(importlib.import_module("converters.convert").__name__, sys.modules["converters.convert"].__file__)
"""


def form(sources: Path, said: Path) -> Path:
    """Converts the demo's files and the rules' examples by the converters in ``sources``; gives the file imported."""
    files = sorted(str(f) for f in (ROOT / "hub" / "demo" / "files").glob("*.[mx]*"))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FORMS, str(said), *files],
        env={**os.environ, "PYTHONPATH": str(sources)},
        cwd=said.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    name, file = done.stdout.split()
    assert name == "converters.convert"
    return Path(file)


@pytest.mark.needs("compiler")
@pytest.mark.slow
def test_compiled_converters_say_the_same(tmp_path):
    # Without optimization, which takes a third of the time; the rest of the way is that of `make wheel`.
    places = [f"BIN={Path(sys.executable).parent}", f"WHEELS={tmp_path}/dist", f"WHEEL_BUILD={tmp_path}/build"]
    subprocess.run(
        ["make", "wheel", "-o", ".venv/.installed", *places, "WHEEL_OPTIONS=--no-build-isolation --no-index"],
        cwd=ROOT,
        env={**os.environ, "MYPYC_OPT_LEVEL": "0"},
        check=True,
    )
    (wheel,) = tmp_path.glob("dist/bibhub-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")

    compiled = form(tmp_path / "site", tmp_path / "compiled.txt")
    pure = form(ROOT, tmp_path / "pure.txt")

    assert compiled.is_relative_to(tmp_path / "site")
    assert compiled.suffix == ".so"
    assert pure == ROOT / "converters" / "convert.py"
    text = (tmp_path / "pure.txt").read_text(encoding="utf-8")
    assert text.count("/hasInstance>") > 100
    assert (tmp_path / "compiled.txt").read_text(encoding="utf-8") == text
    sources = {f.relative_to(ROOT).with_suffix("") for f in ROOT.glob("converters/**/*.py")}
    built = {f.relative_to(tmp_path / "site") for f in tmp_path.glob("site/converters/**/*.so")}
    interpreted = sources - {f.with_name(f.name.partition(".")[0]) for f in built}
    assert {f.as_posix() for f in interpreted if f.name != "__init__"} == {
        "converters/__main__",
        "converters/bibframe/mapping",
    }
    assert not list(ROOT.glob("*.so")) + list(ROOT.glob("converters/**/*.so"))


def setup(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "setup.py", *command],
        cwd=ROOT,
        env={**os.environ, "BIBHUB_COMPILE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_compiler_the_build_says_so():
    done = setup("bdist_wheel", CC="no-such-compiler")
    assert done.returncode == 1
    assert "needs a C compiler (no-such-compiler)" in done.stderr


@pytest.mark.parametrize("command", ["editable_wheel", "develop", "build_ext"])
def test_nothing_is_compiled_beside_the_sources(command):
    done = setup(command)
    assert done.returncode == 1
    assert "for wheels only" in done.stderr
