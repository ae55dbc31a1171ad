"""The mapping reference, written from the rules themselves: ``python -m converters.bibframe.mapping``."""

from __future__ import annotations

import sys

import converters.convert  # noqa: F401  importing it registers every rule
from converters.bibframe.rules import AUTHORITY, BIB, HOLDINGS, Rule, RuleBook

_HEAD = """\
# What each MARC field becomes

Written from the rules (`make docs`); a test compares it with them. W is the Work, I the Instance, T the Item, A the
authority. *Converts* lists the subfields that become statements, *notes* those kept as text of a note, *drops* those
left out on purpose. Every example is a test.
"""


def _row(rule: Rule) -> str:
    drops = "; ".join(f"${code}: {why}" for code, why in rule.drops.items())
    cells = [" ".join(rule.tags), rule.target, rule.converts, rule.notes, drops, rule.spec]
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def _examples(rule: Rule) -> list[str]:
    lines = []
    for example in rule.examples:
        marc = [line.strip() for line in example.marc.strip().splitlines()]
        lines += ["", "```", *marc, *(f"  → {statement}" for statement in example.statements), "```"]
    return lines


def _section(title: str, book: RuleBook) -> list[str]:
    rules = sorted(book.rules, key=lambda r: (r.tags, r.where))
    lines = ["", f"## {title}", "", "| field | target | converts | notes | drops | specification |"]
    lines += ["|---|---|---|---|---|---|", *(_row(rule) for rule in rules)]
    lines += ["", f"### Examples: {title.lower()}"]
    for rule in rules:
        lines += ["", f"#### {' '.join(rule.tags)} — {rule.target}", "", f"`{rule.where}`", *_examples(rule)]
    return lines


def mapping() -> str:
    """The whole reference as Markdown."""
    lines = [_HEAD.rstrip()]
    for title, book in (("Bibliographic", BIB), ("Holdings", HOLDINGS), ("Authority", AUTHORITY)):
        lines += _section(title, book)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(mapping())
