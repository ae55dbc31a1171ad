"""Standard numbers: ISBN, ISSN, LCCN, OCLC, other 024, system numbers 035.

A shared ISBN is evidence, not identity; disjoint valid ISBNs are strong evidence against (notes: never a true
pair with two disjoint sets in the swissbib gold set). A number in 020 that is no ISBN (running numbers) is left out.
"""

from __future__ import annotations

import re
from typing import Any

from converters.marc import values
from converters.marc.record import Field, Record
from hub.identity.features.text import fold, strict

name = "identifiers"

_SET = re.compile(r"(?<!\w)(?:set|set isbn|tron bo|bo|complete|kokonaisuus|koko teos|gesamtwerk|ges|werk)(?!\w)")
_EBOOK = frozenset({"pdf", "epub", "mobi"})
_SYSTEM = re.compile(r"^\(([^)]{2,20})\)\s*(\S.{1,30})$")


def _qualifier(field: Field) -> str:
    text = " ".join(field.all("q"))
    for said in field.all("a"):
        text += " " + " ".join(re.findall(r"\(([^)]*)\)", said))
    return fold(strict(text))


def extract(record: Record) -> dict[str, Any] | None:
    """``isbn`` {number: qualifier}, ``set``, ``cancelled``, ``issn``, ``lccn``, ``oclc``, ``other``, ``system``."""
    isbn: dict[str, str] = {}
    formats: set[str] = set()
    whole: list[str] = []
    cancelled: list[str] = []
    for field in record.all("020"):
        said = _qualifier(field)
        formats |= _EBOOK & set(said.split())
        for text in field.all("a"):
            value = values.isbn13(text)
            if value:
                if _SET.search(said):
                    whole.append(value)
                else:
                    isbn.setdefault(value, said[:40])
        cancelled += [v for v in map(values.isbn13, field.all("z")) if v]
    issn = [v for v in map(values.issn, record.values("022", "a")) if v]
    lccn = [v for v in map(values.lccn, record.values("010", "a")) if v]
    oclc, system = [], []
    for text in record.values("035", "a"):
        number = values.oclc(text)
        if number:
            oclc.append(number)
        elif other := _SYSTEM.match(text.strip()):
            system.append(f"({other[1]}){other[2].strip()}")
    more = [
        f"{f.ind1}:{re.sub(r'[^0-9A-Za-z]', '', t).lower()}"
        for f in record.all("024")
        if f.ind1 in "0123"
        for t in f.all("a")
        if len(t) > 4
    ]
    # Union catalogues of Aleph (Melinda) note in SID the number a record has in each library.
    sid = {lib: num for f in record.all("SID") if (lib := f.get("b")) and (num := f.get("c"))}
    found: dict[str, Any] = {
        "formats": sorted(formats),
        "sid": sid,
        "isbn": isbn,
        "set": sorted(set(whole) - isbn.keys()),
        "cancelled": sorted(set(cancelled) - isbn.keys()),
        "issn": sorted(set(issn)),
        "lccn": sorted(set(lccn)),
        "oclc": sorted(set(oclc)),
        "system": sorted(set(system)),
        "other": sorted(set(more)),
    }
    return {k: v for k, v in found.items() if v} or None


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 a shared identifier, less for a shared ISBN among several, −1 disjoint ISBNs; None when not comparable."""
    if not a or not b:
        return None
    for kind in ("oclc", "lccn", "system", "other"):
        if set(a.get(kind, ())) & set(b.get(kind, ())):
            return 1.0
    one, two = set(a.get("isbn", ())), set(b.get("isbn", ()))
    if one and two:
        shared = one & two
        if not shared:
            return -0.4 if one & set(b.get("cancelled", ())) or two & set(a.get("cancelled", ())) else -1.0
        extra = max(len(one), len(two)) - len(shared)
        return float(max(0.3, 0.8**extra))
    if set(a.get("issn", ())) and set(b.get("issn", ())):
        return 1.0 if set(a["issn"]) & set(b["issn"]) else -1.0
    if (one | set(a.get("cancelled", ()))) & (two | set(b.get("cancelled", ()))) or set(a.get("set", ())) & set(
        b.get("set", ())
    ):
        return 0.3
    if a.get("lccn") and b.get("lccn"):
        return -0.5
    return None


def veto(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """``ISBN qualifier``: a PDF here, an EPUB there. ``one library``: a library's two records, by SID $b $c."""
    if not a or not b:
        return None
    one, two = set(a.get("formats", ())), set(b.get("formats", ()))
    if one and two and not one & two:
        return "ISBN qualifier"
    mine, other = a.get("sid", {}), b.get("sid", {})
    if any(mine[library] != other[library] for library in mine.keys() & other.keys()):
        return "one library"
    return None
