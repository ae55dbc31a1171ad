"""A small harvester: httpx and lxml, no mercy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from lxml import etree

OAI = "{http://www.openarchives.org/OAI/2.0/}"


@dataclass(frozen=True)
class Record:
    identifier: str
    datestamp: str
    sets: frozenset[str]
    deleted: bool
    metadata: etree._Element | None


def ask(web: httpx.Client, **arguments: str) -> etree._Element:
    """The root of an answer; ``from_`` is from."""
    answer = web.get("/oai", params={k.rstrip("_"): v for k, v in arguments.items()})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    names = [child.tag.removeprefix(OAI) for child in root]
    assert names[:2] == ["responseDate", "request"]
    return root


def errors(root: etree._Element) -> list[str]:
    return [str(e.get("code")) for e in root.findall(f"{OAI}error")]


def parts(web: httpx.Client, verb: str, **arguments: str) -> Iterator[list[Record]]:
    """The answers of a list request, each as its records."""
    root = ask(web, verb=verb, **arguments)
    while True:
        if errors(root) == ["noRecordsMatch"]:
            return
        listing = root.find(f"{OAI}{verb}")
        assert listing is not None, etree.tostring(root)
        found = [record(e) for e in listing if e.tag in (f"{OAI}record", f"{OAI}header")]
        assert found
        yield found
        token = listing.find(f"{OAI}resumptionToken")
        if token is None or not token.text:
            return
        root = ask(web, verb=verb, resumptionToken=token.text)


def harvest(web: httpx.Client, verb: str = "ListRecords", **arguments: str) -> list[Record]:
    """All records of a list request."""
    arguments.setdefault("metadataPrefix", "oai_dc")
    return [record for part in parts(web, verb, **arguments) for record in part]


def record(element: etree._Element) -> Record:
    header = element if element.tag == f"{OAI}header" else element.find(f"{OAI}header")
    assert header is not None
    metadata = element.find(f"{OAI}metadata")
    return Record(
        header.findtext(f"{OAI}identifier") or "",
        header.findtext(f"{OAI}datestamp") or "",
        frozenset(e.text or "" for e in header.findall(f"{OAI}setSpec")),
        header.get("status") == "deleted",
        metadata[0] if metadata is not None else None,
    )
