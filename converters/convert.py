"""The public verb: one record in, its description out."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from converters.bibframe import authority, bib, holdings
from converters.bibframe.conversion import Conversion, Description
from converters.bibframe.rules import AUTHORITY, BIB, HOLDINGS, RuleBook
from converters.marc.record import Field, Record
from converters.profile import DEFAULT_PROFILE, Profile, control_number
from ontologies.namespaces import BF

for _package in (bib, holdings, authority):
    # Modules register their rules when imported; their order is the alphabet's, so a rule may not depend on it.
    for _module in sorted(m.name for m in iter_modules(_package.__path__)):
        import_module(f"{_package.__name__}.{_module}")

_BOOKS: dict[str, RuleBook] = {"bibliographic": BIB, "holdings": HOLDINGS, "authority": AUTHORITY}


def convert(record: Record, profile: Profile = DEFAULT_PROFILE, *, key: str | None = None) -> Description:
    """The BIBFRAME description of one MARC record.

    ``key`` names the record (default: its control number by the profile, else ``unnumbered``). Pure and
    thread-safe; problems met are appended to ``record.problems`` and returned in the description. Source: LC
    marc2bibframe2 conversion specifications; each rule names its own.
    """
    kind = record.kind
    book = _BOOKS[kind]
    c = Conversion(record, profile)
    for prepare in book.before:
        prepare(c)
    by_tag = book.by_tag
    # The leader goes first, as a field; a preparation may have put a repaired record in the place of the given one.
    for field in (Field("LDR", value=record.leader), *c.record.fields):
        rules = by_tag.get(field.tag)
        if rules:
            for rule in rules:
                rule.apply(field, c)
    for step in book.after:
        step(c)
    number = key if key is not None else control_number(record, profile) or "unnumbered"
    if kind == "authority":
        return Description(number, kind, authority=c.authority, variant_keys=c.variant_keys, problems=record.problems)
    if kind == "holdings":
        return Description(number, kind, items=c.items, bib_number=c.bib_number, problems=record.problems)
    _join(c)
    return Description(number, kind, work=c.work, instances=c.instances, items=c.items, problems=record.problems)


def _join(c: Conversion) -> None:
    """State the three levels' links in one direction each way (bf:hasInstance, bf:instanceOf, bf:itemOf)."""
    for instance in c.instances:
        c.work.out.append((BF.hasInstance, instance))
        instance.out.append((BF.instanceOf, c.work))
    for item in c.items:
        c.instance.out.append((BF.hasItem, item))
        item.out.append((BF.itemOf, c.instance))
