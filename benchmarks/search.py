"""``python -m benchmarks.search FOLDER``: searching a million Instances, over HTTP, bare, and inside SPARQL.

FOLDER is a hub of ``benchmarks.synthetic_hub --titles 1000000``. The same searches are put to tantivy alone in this
process (the query over the same fields, twenty hits, facets), to the hub's search in this process, to /search as a
program asks (JSON) and as a reader does (HTML), and to ``bh:search`` in SPARQL beside ``FILTER(CONTAINS(…))`` and
``FILTER(REGEX(…))`` over the same titles.
"""

from __future__ import annotations

import argparse
import http.client
import random
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.synthetic import draft
from benchmarks.web import free_port, hub, served, used
from hub.projection.index import TEXT_FIELDS, open_index
from hub.projection.view import Shelf
from hub.search import Search

SEARCHES = 400
_NAMES = "PREFIX bf: <http://id.loc.gov/ontologies/bibframe/>\nPREFIX bh: <https://bibhub.org/ontology/>\n"


def folded(text: str) -> str:
    """As one types in a hurry: without diacritics."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


def searches(works: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is searched for: (words, filters). Two in five are words of a title, half of them without diacritics; then a
    title with its author, a number, one frequent word, a title with facets chosen, and a typing error."""
    chance = random.Random(11)
    made: list[tuple[str, list[tuple[str, str]]]] = []
    for n in range(SEARCHES):
        work = draft(chance.randrange(works))
        words = work.title.split()
        some = " ".join(chance.sample(words, min(len(words), chance.randint(1, 3))))
        kind = n % 10
        if kind < 4:
            made.append((some if kind < 2 else folded(some), []))
        elif kind == 4:
            made.append((f"{some} {work.author.split(',')[0]}", []))
        elif kind == 5:
            numbers = [edition.isbn for edition in work.editions if edition.isbn]
            made.append((numbers[0] if numbers else work.author.partition(",$d")[0], []))
        elif kind == 6:
            made.append((words[0], []))
        elif kind == 7:
            made.append((folded(words[0]), [("language", work.language), ("library", "L00")]))
        elif kind == 8:
            made.append((work.title, []))
        else:
            made.append((_mistyped(max(words, key=len), chance), []))
    return made


def _mistyped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word)) if len(word) > 1 else 0
    return word[:at] + chance.choice("bcdghklmnprstvx") + word[at + 1 :]


def timed(what: str, asked: Iterable[Callable[[], object]], bare: float = 0.0) -> float:
    """Print and give the 95th percentile (ms) of doing each thing once."""
    times = []
    for ask in asked:
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1e3)
    times.sort()
    p95 = times[int(len(times) * 0.95)]
    ratio = f"   {p95 / bare:5.1f} × bare" if bare else ""
    middle = statistics.median(times)
    print(f"{what:<44}p50 {middle:8.1f}   p95 {p95:8.1f}   max {times[-1]:8.1f} ms{ratio}", flush=True)
    return p95


def bare_tantivy(data: Path, texts: list[str]) -> list[Callable[[], object]]:
    """Searches as the engine's own documentation shows them, over the fields of the hub's index."""
    folder = Shelf(data, "index").current()
    assert folder is not None
    index, facets = open_index(folder)
    searcher = index.searcher()
    fields = [*TEXT_FIELDS, "identifier", "shelfmark"]
    wanted = {name: {"terms": {"field": name, "size": 50}} for name in facets}

    def ask(text: str) -> object:
        query, _ = index.parse_query_lenient(text, fields, conjunction_by_default=True)
        return searcher.search(query, 20), searcher.aggregate(query, wanted)

    for text in texts[:40]:
        ask(text)
    return [partial(ask, text) for text in texts]


def over_http(connection: http.client.HTTPConnection, path: str, accept: str) -> Callable[[], bytes]:
    def ask() -> bytes:
        connection.request("GET", path, headers={"Accept": accept})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (answer.status, path, body[:500])
        return body

    return ask


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--workers", type=int, default=1)
    a = arguments.parse_args()
    search = Search(a.folder)
    works = search.count()
    asked = searches(works)
    print(f"{works:,} Works; {len(asked)} searches")
    for text, _ in asked[:40]:
        search.search(text)
    bare = timed("tantivy alone, with facets", bare_tantivy(a.folder, [text for text, _ in asked]))
    timed("the hub's search, in process", [partial(search.search, t, filters=_by_field(f)) for t, f in asked], bare)
    port = free_port()
    with served(hub(a.folder, port, a.workers), port) as server:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        paths = [f"/search?{urlencode([('q', text), *filters])}" for text, filters in asked]
        for path in paths[:40]:
            over_http(connection, path, "application/ld+json")()
        for what, accept in (("/search, JSON", "application/ld+json"), ("/search, HTML", "text/html")):
            timed(what, (over_http(connection, path, accept) for path in paths), bare)
        print(f"{'memory of the server':<44}{used(server)[1]} MiB")
        _inside_sparql(connection, asked)


def _by_field(filters: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: [value for n, value in filters if n == name] for name, _ in filters}


def _inside_sparql(connection: http.client.HTTPConnection, asked: list[tuple[str, list[tuple[str, str]]]]) -> None:
    """The same words by the text index and by looking at every title."""
    count = f"{_NAMES}SELECT (COUNT(*) AS ?n) {{ ?node bf:mainTitle ?title }}"
    said = over_http(connection, f"/sparql?{urlencode({'query': count})}", "text/csv")().decode().split()[1]
    print(f"{int(said):,} titles in the graph")
    words = [text for n, (text, _) in enumerate(asked) if n % 10 < 2]

    def ask(pattern: str) -> Callable[[], bytes]:
        query = f"{_NAMES}SELECT ?work ?title {{ {pattern} }} LIMIT 100"
        return over_http(connection, f"/sparql?{urlencode({'query': query})}", "text/csv")

    rest = "?work bf:title ?node . ?node bf:mainTitle ?title"
    quick = timed("bh:search", (ask(f'?work bh:search "{w}" . {rest}') for w in words))
    few = words[:12]
    slow = timed("FILTER(CONTAINS)", (ask(f'{rest} FILTER(CONTAINS(LCASE(?title), "{w.lower()}"))') for w in few))
    timed("FILTER(REGEX)", (ask(f'{rest} FILTER(REGEX(?title, "{w}", "i"))') for w in few[:5]))
    print(f"{'':<44}CONTAINS takes {slow / quick:,.0f} times as long (p95)")


if __name__ == "__main__":
    main()
