"""What several members say becomes one description."""

from itertools import permutations

import pytest

from converters import convert
from converters.bibframe.node import Node, ntriples
from converters.marc.record import record_of
from hub.projection.merge import merge

BEST = """
020 ## $a978-604-69-1234-7
245 10 $aTruyện Kiều /$cNguyễn Du
260 ## $aHà Nội :$bVăn học,$c2015
300 ## $a251 tr.
500 ## $aIn lần thứ hai
"""
OTHER = """
020 ## $a9786046912347
020 ## $z9786046912353
245 10 $aKiều /$cNguyễn Du
260 ## $aH. :$bNXB Văn học,$c2015
300 ## $a251 trang
500 ## $aBìa cứng
"""


def instance(marc: str) -> Node:
    node = convert(record_of(marc), key="x").instances[0]
    node.iri = "<http://hub/instances/i>"
    node.out = [(p, v) for p, v in node.out if not (isinstance(v, Node) and v.root)]
    return node


def said(*marc: str) -> str:
    return "\n".join(ntriples(merge([instance(m) for m in marc])))


def test_one_title_one_imprint_one_extent_from_the_best() -> None:
    text = said(BEST, OTHER)
    assert '"Truyện Kiều"' in text
    assert '"Kiều"' not in text
    assert '"251 tr."' in text
    assert "251 trang" not in text
    assert "NXB" not in text


def test_notes_of_all_are_kept() -> None:
    text = said(BEST, OTHER)
    assert "In lần thứ hai" in text
    assert "Bìa cứng" in text


def test_one_isbn_however_it_is_written() -> None:
    text = said(BEST, OTHER)
    assert "978-604-69-1234-7" in text
    assert '"9786046912347"' not in text
    assert '"9786046912353"' in text, "a cancelled number is no repetition"


def test_second_says_what_the_first_does_not() -> None:
    assert '"251 trang"' in said(BEST.replace("300 ## $a251 tr.\n", ""), OTHER)


@pytest.mark.parametrize("order", list(permutations([BEST, OTHER, BEST.replace("hai", "ba")])))
def test_a_record_twice_changes_nothing(order: tuple[str, ...]) -> None:
    assert sorted(said(*order).splitlines()) == sorted(said(*order, order[-1]).splitlines())
