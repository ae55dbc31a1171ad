"""An OAI-PMH repository on loopback whose items, pages and bad manners a test decides."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from converters.marc.record import Record
from converters.marc.write import to_marcxml

BEGINNING = "2026-03-01T00:00:00Z"


@dataclass
class Item:
    datestamp: str
    metadata: str | None
    """XML inside the metadata element; None for a deleted item."""


@dataclass
class Answer:
    """What is sent instead of the protocol's answer."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Manners = Callable[[dict[str, str], int], Answer | None]
"""Given the arguments of a request and how many came before: another answer, or None for the protocol's."""


@dataclass
class Repository:
    """Its items by identifier, in the order of their datestamps; ``page`` items an answer."""

    items: dict[str, Item] = field(default_factory=dict)
    page: int = 2
    clock: str = "2026-03-10T12:00:00Z"
    deletes: str = "persistent"
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    manners: Manners = lambda arguments, n: None
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    url: str = ""

    def put(self, name: str, *records: Record | str, at: str = BEGINNING) -> None:
        """Add or change an item; a string is metadata as it is."""
        said = [to_marcxml(r) if isinstance(r, Record) else r for r in records]
        inside = said[0] if len(said) == 1 else f"<collection>{''.join(said)}</collection>"
        self._move(name, Item(at, inside))

    def remove(self, name: str, at: str) -> None:
        self._move(name, Item(at, None))

    def _move(self, name: str, item: Item) -> None:
        self.items.pop(name, None)
        self.items[name] = item

    @property
    def lists(self) -> list[dict[str, str]]:
        return [a for a in self.asked if a["verb"] == "ListRecords"]

    def answer(self, arguments: dict[str, str]) -> Answer:
        other = self.manners(arguments, len(self.asked))
        self.asked.append(arguments)
        if other is not None:
            return other
        if arguments["verb"] == "Identify":
            inside = (
                "<Identify><repositoryName>Kho thử</repositoryName><baseURL>x</baseURL>"
                "<protocolVersion>2.0</protocolVersion><adminEmail>a@b.vn</adminEmail>"
                f"<earliestDatestamp>{BEGINNING}</earliestDatestamp><deletedRecord>{self.deletes}</deletedRecord>"
                f"<granularity>{self.granularity}</granularity></Identify>"
            )
        else:
            inside = self._list(arguments)
        return Answer(envelope(inside, self.clock))

    def _list(self, arguments: dict[str, str]) -> str:
        start, at = arguments.get("from", ""), 0
        if "resumptionToken" in arguments:
            start, _, number = arguments["resumptionToken"].partition("|")
            at = int(number)
        wanted = [(n, i) for n, i in self.items.items() if i.datestamp >= start]
        shown = wanted[at : at + self.page]
        if not shown:
            return '<error code="noRecordsMatch">none</error>'
        token = f"{start}|{at + self.page}" if at + self.page < len(wanted) else ""
        end = f"<resumptionToken>{token}</resumptionToken>" if token or at else ""
        return "<ListRecords>" + "".join(one(n, i) for n, i in shown) + end + "</ListRecords>"


def one(name: str, item: Item) -> str:
    status = ' status="deleted"' if item.metadata is None else ""
    header = f"<header{status}><identifier>{name}</identifier><datestamp>{item.datestamp}</datestamp></header>"
    return f"<record>{header}" + (f"<metadata>{item.metadata}</metadata>" if item.metadata else "") + "</record>"


def envelope(inside: str, clock: str = "2026-03-10T12:00:00Z") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>{clock}</responseDate><request>x</request>{inside}</OAI-PMH>"
    ).encode()


def packed(data: bytes) -> Answer:
    return Answer(gzip.compress(data), headers={"Content-Encoding": "gzip"})


@contextmanager
def serving(repository: Repository) -> Iterator[Repository]:
    """The repository at its ``url`` while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            repository.agents.add(self.headers["User-Agent"])
            query = parse_qs(urlsplit(self.path).query)
            answer = repository.answer({k: v[0] for k, v in query.items()})
            self.send_response(answer.status)
            for name, value in {"Content-Type": "text/xml", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    repository.url = f"http://127.0.0.1:{server.server_port}/oai"
    try:
        yield repository
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
