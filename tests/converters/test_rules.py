"""Every example of every rule holds: the rule's proof is its test."""

import pytest

from converters import convert
from converters.bibframe.facts import facts
from converters.bibframe.rules import AUTHORITY, BIB, HOLDINGS, Example, Rule
from converters.marc.record import record_of

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.where}-{n}")
    for book in (BIB, HOLDINGS, AUTHORITY)
    for rule in book.rules
    for n, example in enumerate(rule.examples, start=1)
]
LEADERS = {
    id(BIB): "00000nam a2200000 i 4500",
    id(HOLDINGS): "00000nx  a2200000zi 4500",
    id(AUTHORITY): "00000nz  a2200000n  4500",
}


def leader_of(rule: Rule) -> str:
    book = next(b for b in (BIB, HOLDINGS, AUTHORITY) if rule in b.rules)
    return LEADERS[id(book)]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example_holds(rule: Rule, example: Example) -> None:
    said = facts(convert(record_of(example.marc, leader=leader_of(rule))))
    for statement in example.statements:
        if statement.startswith("!"):
            assert statement[1:].strip() not in said
        else:
            assert statement in said, "\n".join(["", *said])


@pytest.mark.parametrize("rule", [r for b in (BIB, HOLDINGS, AUTHORITY) for r in b.rules], ids=lambda r: r.where)
def test_rule_is_proved_and_sourced(rule: Rule) -> None:
    assert rule.examples, f"{rule.where} has no example"
    assert rule.spec
    assert rule.target
