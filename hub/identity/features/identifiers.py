"""Standard numbers: ISBN, ISSN, LCCN, OCLC, other 024, system numbers 035.

A shared ISBN is evidence, not identity; disjoint valid ISBNs are strong evidence against (notes: never a true
pair with two disjoint sets in the swissbib gold set). A number in 020 that is no ISBN (running numbers) is left out.
"""

from __future__ import annotations

import re
from typing import Any

from stdnum import isbn as stdnum_isbn
from stdnum import issn as stdnum_issn

from converters.marc.record import Field, Record
from hub.identity.features.part import number
from hub.identity.features.text import fold, strict

name = "identifiers"

_ISBN = re.compile(r"[0-9][0-9\- ]{8,16}[0-9Xx]")
_SET = re.compile(r"(?<!\w)(?:set|set isbn|tron bo|bo|complete|kokonaisuus|koko teos|gesamtwerk|ges|werk)(?!\w)")
_EBOOK = {
    "pdf": "pdf",
    "epub": "epub",
    "ebook": "electronic",
    "mobi": "mobi",
    "online": "electronic",
    "electronic": "electronic",
}
_OCLC = re.compile(r"^\(OCoLC\)\D*0*(\d+)$")
_SYSTEM = re.compile(r"^\(([^)]{2,20})\)\s*(\S.{1,30})$")
_LCCN = re.compile(r"(\d{8,10})")


def isbn13(text: str) -> str | None:
    """The ISBN-13 of the first valid ISBN in a text, or None."""
    for found in _ISBN.findall(text):
        compact = stdnum_isbn.compact(found)
        if stdnum_isbn.is_valid(compact):
            return str(stdnum_isbn.to_isbn13(compact))
        if len(compact) > 13 and stdnum_isbn.is_valid(compact[:13]):
            return compact[:13]
    return None


def _qualifier(field: Field) -> str:
    text = " ".join(field.all("q"))
    for said in field.all("a"):
        text += " " + " ".join(re.findall(r"\(([^)]*)\)", said))
    return fold(strict(text))


def extract(record: Record) -> dict[str, Any] | None:
    """``isbn`` {number: qualifier}, ``set``, ``cancelled``, ``issn``, ``lccn``, ``oclc``, ``other``, ``system``."""
    isbn: dict[str, str] = {}
    whole: list[str] = []
    cancelled: list[str] = []
    for field in record.all("020"):
        said = _qualifier(field)
        for text in field.all("a"):
            value = isbn13(text)
            if value:
                if _SET.search(said):
                    whole.append(value)
                else:
                    isbn.setdefault(value, said[:40])
        cancelled += [v for v in map(isbn13, field.all("z")) if v]
    issn = [c for t in record.values("022", "a") if stdnum_issn.is_valid(c := stdnum_issn.compact(t)[:8])]
    lccn = [f[1].zfill(10) for t in record.values("010", "a") if (f := _LCCN.search(t.replace(" ", "")))]
    oclc, system = [], []
    for text in record.values("035", "a"):
        number_found = _OCLC.match(text.strip())
        if number_found:
            oclc.append(number_found[1])
        elif other := _SYSTEM.match(text.strip()):
            system.append(f"({other[1]}){other[2].strip()}")
    more = [
        f"{f.ind1}:{re.sub(r'[^0-9A-Za-z]', '', t).lower()}"
        for f in record.all("024")
        if f.ind1 in "0123"
        for t in f.all("a")
        if len(t) > 4
    ]
    found = {
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
    """``ISBN qualifier``: the shared ISBN stands for a PDF here and an EPUB there, or for another volume."""
    if not a or not b:
        return None
    one, two = a.get("isbn", {}), b.get("isbn", {})
    for shared in one.keys() & two.keys():
        mine = {v for k, v in _EBOOK.items() if k in one[shared].split()}
        other = {v for k, v in _EBOOK.items() if k in two[shared].split()}
        if mine and other and not mine & other and "electronic" not in mine | other:
            return "ISBN qualifier"
    return None


def volumes(value: dict[str, Any] | None) -> set[str]:
    """Numbers of volumes that stand as qualifiers of ISBNs (``osa 1``, ``t. 2``)."""
    found = set()
    for said in (value or {}).get("isbn", {}).values():
        if re.search(r"(?<!\w)(?:osa|t|tap|v|vol|bd|q|quyen|part|del)\s*\d", said):
            found.add(number(said))
    return found
