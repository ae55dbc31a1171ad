"""Copies in local fields (Koha 952, Sierra 945, Sirsi 999, Evergreen 852 …), read as the member's profile says.

A field is a copy only when it has more than a library: in records that came from elsewhere the same tags hold other
things (``952 ## $aMinor ill.``), and those are never published.
"""

from __future__ import annotations

from converters.bibframe.conversion import Conversion
from converters.bibframe.holdings.copies import Copy, identifier, note, policy, within
from converters.bibframe.holdings.location import shelfmark_type
from converters.bibframe.holdings.pieces import acquired
from converters.bibframe.holdings.status import LOST, ON_LOAN, REFERENCE_ONLY, STATUSES, WITHDRAWN, status_of
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from converters.profile import FACTS, ItemFields
from ontologies.namespaces import BF, HUB, XSD

_MORE = FACTS - {"barcode", "sublocation"}


def local_copies(c: Conversion) -> list[Copy]:
    """The copies in all item fields of the member's profile, in the profile's and the record's order.

    Where two fields tell of one copy (Sirsi 949 and 999, Alma AVA and ITM) it counts once: by its barcode, or when
    one says no more than where the copies of the other stand.
    """
    groups: list[list[Copy]] = []
    for fields in c.profile.items:
        found = c.record.all(fields.tag)
        if found:
            copies = [copy for field in found for copy in _copies(field, fields, c)]
            if copies:
                groups.append(copies)
    if len(groups) < 2:
        return groups[0] if groups else []
    kept: list[Copy] = []
    for n, copies in enumerate(groups):
        others = [copy for m, group in enumerate(groups) if m != n for copy in group if copy.barcodes]
        known = {barcode for copy in kept for barcode in copy.barcodes}
        kept.extend(copy for copy in copies if not _told_elsewhere(copy, known, others))
    return kept


def _told_elsewhere(copy: Copy, known: set[str], others: list[Copy]) -> bool:
    if copy.barcodes:
        return copy.barcodes[0] in known
    return any(within(copy, other) for other in others)


def is_copy(field: Field, fields: ItemFields) -> bool:
    """Whether a field with the right tag describes a copy (see the module's text)."""
    if fields.first_indicator is not None and field.ind1 != fields.first_indicator:
        return False
    telling = fields.telling
    if telling.isdisjoint(field.codes):
        return False
    return any(code in telling and text and not text.isspace() for code, text in field.subfields)


def _copies(field: Field, fields: ItemFields, c: Conversion) -> list[Copy]:
    """One copy for each barcode of the field, or one without."""
    if not is_copy(field, fields):
        return []
    by_code: dict[str, list[str]] = {}
    for code, text in field.subfields:
        if code in fields.facts and text and not text.isspace():
            by_code.setdefault(code, []).append(" ".join(text.split()))
    facts: dict[str, list[str]] = {}
    for found, texts in by_code.items():
        for fact in fields.facts[found]:
            codes = fields.codes[fact]
            if len(codes) == 1 or len(by_code) == 1:
                facts[fact] = texts
            else:
                facts[fact] = [t for code in codes if code in by_code for t in by_code[code]]
    barcodes = facts.pop("barcode", [])
    if len(barcodes) < 2:
        return [_copy(facts, barcodes, fields, c)]
    return [_copy(facts, [barcode], fields, c) for barcode in dict.fromkeys(barcodes)]


def _copy(facts: dict[str, list[str]], barcodes: list[str], fields: ItemFields, c: Conversion) -> Copy:
    copy = Copy(barcodes=barcodes, sublocations=facts.get("sublocation", []))
    if _MORE.isdisjoint(facts):
        return copy
    scheme = _first(facts, "scheme")
    copy.library = _first(facts, "library")
    copy.shelfmark = " ".join(facts.get("shelfmark", ()))
    copy.shelfmark_type = shelfmark_type(scheme)
    copy.shelfmark_source = "" if copy.shelfmark_type != BF.ShelfMark else scheme
    copy.copy = _first(facts, "copy")
    copy.enumeration = ", ".join(facts.get("enumeration", ()))
    copy.item_type = _first(facts, "item_type")
    now = _first(facts, "holding_library")
    if now and now != copy.library:
        copy.sublocations = [*copy.sublocations, now]
    copy.status, copy.status_text = _status(facts, fields)
    _others(copy, facts, fields, c)
    return copy


def _first(facts: dict[str, list[str]], fact: str) -> str:
    values = facts.get(fact)
    return values[0] if values else ""


def _others(copy: Copy, facts: dict[str, list[str]], fields: ItemFields, c: Conversion) -> None:
    for value in facts.get("accession", ()):
        copy.also.append((BF.identifiedBy, identifier(value, BF.AccessionNumber)))
    for text in facts.get("note", ()):
        if text.startswith(fields.public_note) and (plain := text[len(fields.public_note) :].strip()):
            copy.also.append((BF.note, note(plain)))
    for text in facts.get("policy", ()):
        copy.also.append((BF.usageAndAccessPolicy, policy(text)))
    if facts.get("date"):
        copy.also.append(acquired(facts["date"][0]))
    due = facts.get("due", [""])[0]
    if copy.status == ON_LOAN and len(due) >= 10 and _is_day(due[:10]):
        copy.also.append((HUB.due, literal(due[:10], datatype=XSD.date)))
    for text in facts.get("uri", ()):
        term = iri(fields.uri_prefix + text)
        if term is not None:
            copy.also.append((BF.electronicLocator, term))
        elif ":" in text or "." in text:
            c.problem("invalid-uri", fields.tag, f"“{text}” is not a URI; it was left out of the copy.")


def _is_day(text: str) -> bool:
    return text[4] == text[7] == "-" and (text[:4] + text[5:7] + text[8:]).isdigit()


def _status(facts: dict[str, list[str]], fields: ItemFields) -> tuple[str, str]:
    """State and words: withdrawn before lost before on loan before reference only before what the status says."""
    for fact, state in (
        ("withdrawn", WITHDRAWN),
        ("lost", LOST),
        ("due", ON_LOAN),
        ("not_for_loan", REFERENCE_ONLY),
    ):
        if any(value not in ("0", "", "0000-00-00") for value in facts.get(fact, ())):
            if fact == "not_for_loan" and facts[fact][0].startswith("-"):
                return STATUSES["in-process"], ""  # Koha: negative values are copies not yet there (-1 ordered)
            return state, ""
    for text in facts.get("status", ()):
        known = STATUSES.get(fields.words.get(text, "")) or status_of(text)
        if known is not None and known != STATUSES["available"]:
            return known, ""
    for text in facts.get("flags", ()):
        known = STATUSES.get(fields.words.get(text.casefold(), "")) or status_of(text)
        if known is not None:
            return known, ""
    for text in facts.get("status", ()):
        known = STATUSES.get(fields.words.get(text, "")) or status_of(text)
        return (known, "") if known is not None else ("", text)
    return "", ""
