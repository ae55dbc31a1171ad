"""A small SRU client: httpx and lxml; it believes nothing."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from lxml import etree

from tests.hub.protocols.sru.shelf import TITLES

NAMESPACES = {
    "1.1": ("http://www.loc.gov/zing/srw/", "http://www.loc.gov/zing/srw/diagnostic/"),
    "1.2": ("http://www.loc.gov/zing/srw/", "http://www.loc.gov/zing/srw/diagnostic/"),
    "2.0": (
        "http://docs.oasis-open.org/ns/search-ws/sruResponse",
        "http://docs.oasis-open.org/ns/search-ws/diagnostic",
    ),
}
MARC = "{http://www.loc.gov/MARC21/slim}"


@dataclass(frozen=True)
class Answered:
    """An answer: its version by its namespace, its root, and what it says."""

    root: etree._Element
    version: str

    @property
    def ns(self) -> str:
        return f"{{{NAMESPACES[self.version][0]}}}"

    @property
    def total(self) -> int:
        return int(self.root.findtext(f"{self.ns}numberOfRecords") or "-1")

    @property
    def next(self) -> int | None:
        text = self.root.findtext(f"{self.ns}nextRecordPosition")
        return int(text) if text else None

    @property
    def diagnostics(self) -> list[int]:
        ns = NAMESPACES[self.version][1]
        found = self.root.findall(f"{self.ns}diagnostics/{{{ns}}}diagnostic")
        return [int((d.findtext(f"{{{ns}}}uri") or "").removeprefix("info:srw/diagnostic/1/")) for d in found]

    @property
    def details(self) -> str:
        return self.root.findtext(f".//{{{NAMESPACES[self.version][1]}}}details") or ""

    @property
    def records(self) -> list[etree._Element]:
        return self.root.findall(f"{self.ns}records/{self.ns}record")

    @property
    def data(self) -> list[etree._Element]:
        """What is in recordData, as XML."""
        return [record.find(f"{self.ns}recordData")[0] for record in self.records]  # type: ignore[index]  # in tests

    def marc(self) -> list[dict[str, list[list[tuple[str, str]]]]]:
        """MARCXML records: subfields of each field by tag; a control field has one with the code ""."""
        found = []
        for record in self.data:
            fields: dict[str, list[list[tuple[str, str]]]] = {}
            for field in record:
                tag = field.get("tag", "LDR")
                subfields = [(s.get("code", ""), s.text or "") for s in field.iter(f"{MARC}subfield")]
                fields.setdefault(tag, []).append(subfields or [("", field.text or "")])
            found.append(fields)
        return found

    def books(self) -> list[str]:
        """The words of tests.…shelf.TITLES for the MARCXML records, in their order."""
        words = []
        for record in self.marc():
            title = dict(record["245"][0])["a"]
            words.append(max((w for w, t in TITLES.items() if title.startswith(t)), key=lambda w: len(TITLES[w])))
        return words


def read(content: bytes) -> Answered:
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=True))
    namespace = etree.QName(root).namespace
    version = root[0].text or ""
    assert etree.QName(root[0]).localname == "version"
    assert namespace in (NAMESPACES[version][0], "http://docs.oasis-open.org/ns/search-ws/scan")
    return Answered(root, version)


class Sru(httpx.Client):
    def __init__(self, url: str) -> None:
        super().__init__(timeout=30)
        self.url = url

    def ask(self, path: str = "", /, **params: str | int) -> Answered:
        answer = self.get(self.url + path, params={k: str(v) for k, v in params.items()})
        assert answer.status_code == 200
        return read(answer.content)

    def find(self, query: str, /, **params: str | int) -> Answered:
        """searchRetrieve 1.2 unless the parameters say otherwise."""
        return self.ask(**{"operation": "searchRetrieve", "version": "1.2", "query": query, **params})

    def books(self, query: str, /, **params: str | int) -> list[str]:
        """What a query finds; it must not be refused."""
        answer = self.find(query, **params)
        assert answer.diagnostics == [], (query, answer.details)
        return answer.books()
