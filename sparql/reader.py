"""The work of one reader process: one request at a time from a socket, the answer in frames back over it.

A frame is one letter, the length of its body (4 bytes, big endian), and the body:
``R`` ready; ``H`` head (JSON: kind, media type); ``D`` data; ``E`` end (JSON: seconds, memory); ``X`` error (JSON).
A result is iterated and serialised here, in the thread that made it: Oxigraph aborts the process otherwise.
"""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import time
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QueryResultsFormat, QueryTriples, RdfFormat

from sparql import sandbox
from sparql.formats import GRAPH_FORMATS, SOLUTION_FORMATS
from sparql.generations import Lease
from sparql.oxigraph import owned_description, position, readable
from sparql.terms import term_from_json
from sparql.walk import remembering, starts_from_json, walk

HEAD = struct.Struct(">cI")
CHUNK = 256 << 10
_SHORT = re.compile(r"os error (?:11|12|23|24|28)\b|Cannot allocate|bad_alloc|can't start new thread|No space left")
"""How an engine's error says that the machine lacks memory, threads, files or room: not the query's fault."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


def serve(channel: socket.socket, *, memory: int) -> None:
    """Answer requests until the socket closes. ``memory`` is this process's limit in bytes."""
    sandbox.limit_memory(memory)
    reader = Reader(channel)
    reader.send(b"R", b"")
    reader.flush()
    while (request := reader.receive()) is not None:
        reader.answer(request)


class Reader:
    """One open generation and the socket to the pool. It has the file interface Oxigraph serialises to."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.store = ox.Store()
        self.look_up = remembering(self.store)
        self.path: str | None = None
        self.lease: Lease | None = None
        self.out = bytearray()
        self.data = bytearray()

    # The socket

    def receive(self) -> dict[str, Any] | None:
        """The next request, or ``None`` when the pool has closed the socket."""
        head = self._exactly(4)
        if head is None:
            return None
        body = self._exactly(int.from_bytes(head))
        return None if body is None else json.loads(body)

    def _exactly(self, size: int) -> bytes | None:
        parts = []
        while size:
            part = self.channel.recv(min(size, 1 << 20))
            if not part:
                return None
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def send(self, letter: bytes, body: bytes | bytearray) -> None:
        """Add a frame to what will be sent."""
        self.out += HEAD.pack(letter, len(body))
        self.out += body

    def flush(self) -> None:
        """Send everything; waits while the pool does not read (so a slow client slows the query, not the memory)."""
        if self.out:
            self.channel.sendall(self.out)
            self.out.clear()

    def write(self, data: bytes) -> int:
        """Take in serialised bytes; called by Oxigraph."""
        self.data += data
        if len(self.data) >= CHUNK:
            self._cut()
            self.flush()
        return len(data)

    def _cut(self) -> None:
        if self.data:
            self.send(b"D", self.data)
            self.data.clear()

    # The work

    def answer(self, request: dict[str, Any]) -> None:
        """Do one request and send its frames."""
        sandbox.limit_time(request["deadline"] + 1.0, request["cpu"])
        began = time.perf_counter()
        try:
            self.open(request["store"])
            getattr(self, "do_" + request["do"])(**request["with"])
        except _Fault as error:
            self._fail(error.code, str(error))
        except SyntaxError as error:
            self._fail("syntax", readable(error), position(error))
        except FileNotFoundError as error:
            self._fail("gone", str(error))
        except (BrokenPipeError, ConnectionResetError):
            raise
        except (OSError, RuntimeError, ValueError) as error:
            self._fail("short" if _SHORT.search(str(error)) else "evaluation", str(error))
        else:
            self._cut()
            end = {"seconds": time.perf_counter() - began, "memory": _resident()}
            self.send(b"E", json.dumps(end).encode())
        self.flush()
        sandbox.unlimit_time()

    def _fail(self, code: str, message: str, at: tuple[int | None, int | None] = (None, None)) -> None:
        self.data.clear()
        self.send(b"X", json.dumps({"code": code, "message": message, "line": at[0], "column": at[1]}).encode())

    def head(self, kind: str, media_type: str) -> None:
        """Begin a result of ``kind`` (``solutions``, ``boolean`` or ``graph``)."""
        self.send(b"H", json.dumps({"kind": kind, "media_type": media_type}).encode())

    def open(self, path: str | None) -> None:
        """Follow to another generation; ``None`` is the empty store before the first."""
        if path == self.path:
            return
        store, lease = ox.Store(), None
        if path is not None:
            lease = Lease(Path(path))
            store = ox.Store.read_only(path)
        if self.lease is not None:
            self.lease.close()
        self.store, self.lease, self.path = store, lease, path
        self.look_up = remembering(store)

    def do_open(self) -> None:
        """Only follow to the generation named in the request."""
        self.head("boolean", "")

    def do_query(
        self,
        text: str,
        solutions: str | None,
        graph: str | None,
        default_graphs: list[str] | None = None,
        named_graphs: list[str] | None = None,
        substitutions: Mapping[str, Any] | None = None,
        union: bool = False,
        base: str | None = None,
        prefixes: dict[str, str] | None = None,
    ) -> None:
        """A SPARQL query; ``solutions`` and ``graph`` name the formats for the two kinds of result."""
        bound: dict[ox.Variable, Any] = {
            ox.Variable(name): term_from_json(term) for name, term in (substitutions or {}).items()
        }
        dataset: dict[str, Any] = {}
        if default_graphs or named_graphs:
            dataset["default_graph"] = [NamedNode(iri) for iri in default_graphs or []]
            dataset["named_graphs"] = [NamedNode(iri) for iri in named_graphs or []]
        elif union:
            dataset["use_default_graph_as_union"] = True
        result = self.store.query(text, base_iri=base, substitutions=bound or None, **dataset)
        if isinstance(result, QueryTriples):
            if graph is None:
                raise _Fault("not-acceptable", "triples")
            rdf = RdfFormat.from_media_type(GRAPH_FORMATS[graph])
            assert rdf is not None
            self.head("graph", GRAPH_FORMATS[graph])
            if prefixes and graph in ("turtle", "trig", "rdfxml"):
                ox.serialize(result, self, rdf, prefixes=prefixes)  # type: ignore[arg-type]  # any object with write()
            else:
                result.serialize(self, rdf)  # type: ignore[arg-type]
            return
        if solutions is None:
            raise _Fault("not-acceptable", "solutions")
        tabular = QueryResultsFormat.from_media_type(SOLUTION_FORMATS[solutions])
        assert tabular is not None
        self.head("boolean" if isinstance(result, QueryBoolean) else "solutions", SOLUTION_FORMATS[solutions])
        result.serialize(self, tabular)  # type: ignore[arg-type]

    def do_graph(self, name: str | None, graph: str, exists: bool = False) -> None:
        """The Graph Store Protocol's GET: a named graph (or the default one: ``None``) whole."""
        target = DefaultGraph() if name is None else NamedNode(name)
        if name is not None and not self.store.contains_named_graph(target):
            raise _Fault("no-such-graph", f"There is no graph <{name}>.")
        self.head("graph", GRAPH_FORMATS[graph])
        if not exists:
            rdf = RdfFormat.from_media_type(GRAPH_FORMATS[graph])
            self.store.dump(self, rdf, from_graph=target)  # type: ignore[arg-type]

    def do_triples(self, subject: str) -> None:
        """Every triple of one subject in the default graph, as N-Triples."""
        self.head("graph", GRAPH_FORMATS["ntriples"])
        self._lines(self.store.quads_for_pattern(NamedNode(subject), None, None, DefaultGraph()))

    def do_describe(self, subject: str, labels: list[list[str]], links: int) -> None:
        """A subject with its owned nodes, and what leads to the labels of (at most ``links``) nodes it links to."""
        self.head("graph", GRAPH_FORMATS["ntriples"])
        quads = owned_description(self.store, subject)
        owned = subject + "#"
        linked = dict.fromkeys(
            quad.object
            for quad in quads
            if isinstance(quad.object, NamedNode)
            and quad.object.value != subject
            and not quad.object.value.startswith(owned)
        )
        for node in islice(linked, links):
            for path in labels:
                quads += self._along(node, path)
        self._lines(quads)

    def _along(self, node: NamedNode, path: list[str]) -> list[Quad]:
        """The quads on every way from ``node`` along ``path`` that reaches a literal."""
        if not path:
            return []
        quads: list[Quad] = []
        for quad in self.look_up(node.value, (path[0],)):
            if len(path) == 1:
                if isinstance(quad.object, ox.Literal):
                    quads.append(quad)
            elif isinstance(quad.object, NamedNode) and (rest := self._along(quad.object, path[1:])):
                quads += [quad, *rest]
        return quads

    def do_walk(self, starts: list[list[Any]]) -> None:
        """What lies on the way from some subjects, each by its route, as N-Triples."""
        self.head("graph", GRAPH_FORMATS["ntriples"])
        self._lines(walk(self.store, starts_from_json(starts), look_up=self.look_up))

    def _lines(self, quads: Iterable[Quad]) -> None:
        ox.serialize(quads, self, RdfFormat.N_TRIPLES)  # type: ignore[arg-type]

    def do_parse(self, text: str, format: str, base: str | None, graph: str | None) -> None:
        """Parse an upload away from the writer (a fault ends this process only); gives N-Quads."""
        rdf = RdfFormat.from_media_type(GRAPH_FORMATS[format])
        assert rdf is not None
        self.head("graph", GRAPH_FORMATS["nquads"])
        target = DefaultGraph() if graph is None else NamedNode(graph)
        triples = ox.parse(text, rdf, base_iri=base, without_named_graphs=True, rename_blank_nodes=True)
        moved = (Quad(quad.subject, quad.predicate, quad.object, target) for quad in triples)
        ox.serialize(moved, self, RdfFormat.N_QUADS)  # type: ignore[arg-type]


class _Fault(Exception):
    """An end without a result that is nobody's fault here; ``code`` tells the pool which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _resident() -> int:
    """Bytes of memory in use; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * _PAGE
    except OSError:
        return 0
