"""Programs of other projects that tests talk to: where they are, and running ones."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]


def oxigraph() -> str | None:
    """The program of PyPI's ``oxigraph``, beside our Python, on the PATH or named by OXIGRAPH."""
    beside = Path(sys.executable).with_name("oxigraph")
    return os.environ.get("OXIGRAPH") or (str(beside) if beside.exists() else shutil.which("oxigraph"))


def virtuoso() -> str | None:
    """Debian's ``virtuoso-opensource-7-bin``."""
    return shutil.which("virtuoso-t") if shutil.which("isql-vt") else None


def postgresql() -> str | None:
    """The folder of the programs of Debian's ``postgresql``."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return str(found[-1].parent) if found else None


@contextlib.contextmanager
def running_postgresql() -> Iterator[str]:
    """The URL of an empty database, on a socket only (in a folder of its own: PostgreSQL refuses to run as root)."""
    programs = postgresql()
    assert programs is not None
    other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []

    def run(program: str, *arguments: str) -> None:
        command = [*other, f"{programs}/{program}", "-D", f"{folder}/data", *arguments]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, cwd=folder)

    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        if other:
            shutil.chown(folder, "postgres")
        run("initdb", "-A", "trust", "-U", "hub", "-E", "UTF8", "--locale=C.UTF-8")
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", f"-c listen_addresses='' -k {folder} -c fsync=off", "start")
        try:
            yield f"postgresql+psycopg://hub@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str, seconds: float) -> None:
    """Wait until something answers at ``url``."""
    until = time.monotonic() + seconds
    while True:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(url)
            return
        assert time.monotonic() < until, f"nothing answers at {url}"
        time.sleep(0.05)


@contextlib.contextmanager
def running_oxigraph(folder: Path) -> Iterator[str]:
    """The address of an ``oxigraph serve`` over ``folder``."""
    program = oxigraph()
    assert program is not None
    url = f"http://127.0.0.1:{free_port()}/"
    command = [program, "serve", "--location", str(folder), "--bind", url.removeprefix("http://").rstrip("/")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            answers(url, 20)
            yield f"oxigraph:{url}"
        finally:
            process.terminate()


_VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 20000
MaxDirtyBuffers = 12000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 1000000
"""


@contextlib.contextmanager
def running_virtuoso(folder: Path) -> Iterator[str]:
    """The address of a Virtuoso over ``folder`` in which anybody may write; dba's password is dba."""
    sql, web = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(_VIRTUOSO.format(folder=folder, sql=sql, http=web), "utf-8")
    grants = "grant SPARQL_UPDATE to \"SPARQL\"; DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 7);"
    command = ["virtuoso-t", "+configfile", str(settings), "+foreground"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder) as process:
        try:
            for _ in range(60):
                time.sleep(0.5)
                isql = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={grants}"]
                if subprocess.run(isql, capture_output=True, check=False).returncode == 0:
                    break
            yield f"virtuoso:http://127.0.0.1:{web}/"
        finally:
            process.kill()


def openrefine() -> str | None:
    """Debian's ``openrefine``."""
    return shutil.which("openrefine")


@contextlib.contextmanager
def running_openrefine(folder: Path) -> Iterator[str]:
    """The address of an OpenRefine without a browser, whose projects lie in ``folder``."""
    port = free_port()
    command = ["openrefine", "-p", str(port), "-i", "127.0.0.1", "-m", "512M", "-d", str(folder)]
    # In a session of its own: its start script leaves a Java process behind when only the script is ended.
    with subprocess.Popen(
        [*command, "-x", "refine.headless=true"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            answers(f"http://127.0.0.1:{port}/", 90)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def yaz() -> str | None:
    """Debian's ``yaz``."""
    return shutil.which("yaz-client") if shutil.which("zoomsh") else None


def simple2zoom() -> str | None:
    """Debian's ``libnet-z3950-simple2zoom-perl``."""
    return shutil.which("simple2zoom")


def catmandu_sru() -> str | None:
    """Debian's ``libcatmandu-sru-perl``."""
    program = shutil.which("catmandu")
    known = program and subprocess.run(["perl", "-MCatmandu::Importer::SRU", "-e1"], capture_output=True, check=False)
    return program if known and known.returncode == 0 else None


def catmandu_oai() -> str | None:
    """Debian's ``libcatmandu-oai-perl``."""
    program = shutil.which("catmandu")
    modules = ["-MCatmandu::Importer::OAI", "-MCatmandu::Importer::MARC"]
    known = program and subprocess.run(["perl", *modules, "-e1"], capture_output=True, check=False)
    return program if known and known.returncode == 0 else None


def w3c() -> str | None:
    """The folder that BIBHUB_W3C names."""
    return os.environ.get("BIBHUB_W3C")


def comunica() -> str | None:
    """The folder in which npm has installed @comunica/query-sparql, ours or the one BIBHUB_COMUNICA names."""
    folder = Path(os.environ.get("BIBHUB_COMUNICA", ROOT / "tests" / "sparql" / "comunica"))
    installed = folder / "node_modules" / "@comunica" / "query-sparql"
    return str(folder) if installed.exists() and shutil.which("node") else None


def namespaces() -> str | None:
    """Whether this system allows network namespaces of one's own (Docker's default does not)."""
    return shutil.which("true") if _stands("namespace") else None


def seccomp() -> str | None:
    """Whether this system takes our system-call filter."""
    return shutil.which("true") if _stands("seccomp") else None


@cache
def _stands(wall: str) -> bool:
    probe = f"import sys; from sparql.sandbox import isolate; sys.exit(isolate([{wall!r}])[0] != [{wall!r}])"
    return subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, check=False).returncode == 0


def compiler() -> str | None:
    """The C compiler that Python names, where Python's headers are, too, and a build of two minutes was asked for."""
    if not os.environ.get("BIBHUB_WHEEL"):
        return None
    named = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
    return shutil.which(named) if Path(sysconfig.get_path("include"), "Python.h").exists() else None


NEEDED = {
    "compiler": (compiler, "BIBHUB_WHEEL=1 (make test-wheel), a C compiler and Python's headers"),
    "w3c": (w3c, "BIBHUB_W3C, a folder with sparql10 and sparql11 of w3c/rdf-tests"),
    "comunica": (
        comunica,
        "Node 20 and `npm install` in tests/sparql/comunica (or in BIBHUB_COMUNICA)",
    ),
    "namespace": (namespaces, "a system that allows network namespaces"),
    "seccomp": (seccomp, "a system that allows system-call filters"),
    "postgresql": (postgresql, "PostgreSQL (Debian: postgresql)"),
    "openrefine": (openrefine, "OpenRefine (Debian: openrefine)"),
    "oxigraph": (oxigraph, "the program oxigraph (PyPI: oxigraph), on the PATH or named by OXIGRAPH"),
    "virtuoso": (virtuoso, "virtuoso-t and isql-vt (Debian: virtuoso-opensource-7-bin)"),
    "yaz": (yaz, "yaz-client and zoomsh (Debian: yaz)"),
    "simple2zoom": (simple2zoom, "simple2zoom (Debian: libnet-z3950-simple2zoom-perl)"),
    "catmandu-oai": (catmandu_oai, "catmandu with OAI-PMH (Debian: libcatmandu-oai-perl libcatmandu-marc-perl)"),
    "catmandu-sru": (catmandu_sru, "catmandu with SRU (Debian: libcatmandu-sru-perl libcatmandu-marc-perl)"),
}
"""By the word in ``@pytest.mark.needs(word)``: what finds it, and what to say where it is not."""
