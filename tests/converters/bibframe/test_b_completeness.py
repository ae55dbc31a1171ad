"""Every subfield that MARC 21 defines in 1XX and 4XX to 8XX has its place, and no value can make bad output."""

from __future__ import annotations

import pyoxigraph
import pytest

from converters import convert
from converters.bibframe.ledger import verdict
from converters.marc.record import Field, Record
from converters.profile import DEFAULT_PROFILE

# MARC 21 Format for Bibliographic Data, update 38 (2024); without $6 and $8, which every field has.
DEFINED = """
100 abcdefgjklnpqtu014  110 abcdefgklnptu014  111 acdefgjklnpqtu014  130 adfghklmnoprst01  240 adfghklmnoprs01
490 alvxyz3  500 a35  501 a5  502 abcdgo  504 ab  505 agrtu  506 abcdefgqu235  507 ab  508 a  510 abcux3  511 a
513 ab  514 abcdefghijkmuz  515 a  516 a  518 adop0123  520 abcu23  521 ab3  522 a  524 a23  525 a
526 abcdixz5  530 abcdu3  532 a3  533 abcdefmn357  534 abcefklmnoptxz3  535 abcdg3  536 abcdefgh  538 aiu35
540 abcdfgqu235  541 abcdefhno35  542 abcdefghijklmnopqrsu3  544 abcden3  545 abu  546 ab3  547 a  550 a
552 abcdefghijklmnopuz  555 abcdu3  556 az  561 au35  562 abcde35  563 au35  565 abcde3  567 ab012  580 a5
581 az3  583 abcdefhijklnouxz235  584 ab35  585 a35  586 a3  588 a5  600 abcdefghjklmnopqrstuvxyz01234
610 abcdefghklmnoprstuvxyz01234  611 acdefghjklnpqstuvxyz01234  630 adefghklmnoprstvxyz01234  647 acdgvxyz0123
648 avxyz0123  650 abcdegvxyz01234  651 aegvxyz01234  653 a015  654 abcevyz01234  655 abcvxyz01235
656 akvxyz0123  657 avxyz0123  658 abcd2  662 abcdefgh0124  688 aeg01234  700 abcdefghijklmnopqrstux01345
710 abcdefghiklmnoprstux01345  711 acdefghijklnpqstux01345  720 ae4  730 adfghiklmnoprstx01235  740 ahnp5
751 aeg01234  752 abcdefgh0124  753 abc012  754 acdxz012  758 ai01345  760 abcdghimnostwxy4
762 abcdghimnostwxy4  765 abcdghikmnorstuwxyz4  767 abcdghikmnorstuwxyz4  770 abcdghikmnorstuwxyz4
772 abcdghikmnorstuwxyz4  773 abdghikmnopqrstuwxyz34  774 abcdghikmnorstuwxyz4  775 abcdefghikmnorstuwxyz4
776 abcdghikmnorstuwxyz4  777 abcdghikmnostwxy4  780 abcdghikmnorstuwxyz4  785 abcdghikmnorstuwxyz4
786 abcdghijkmnoprstuvwxyz4  787 abcdghikmnorstuwxyz4  788 abdeinstwx4  800 abcdefghjklmnopqrstuvwx01345
810 abcdefghklmnoprstuvwx01345  811 acdefghjklnpqstuvwx01345  830 adfghklmnoprstvwx0135
"""
WORDS = DEFINED.split()
FIELDS = dict(zip(WORDS[::2], WORDS[1::2], strict=True))
HOSTILE = (
    "",
    "   ",
    '"',
    "\\",
    ">",
    "a> <b",
    "\u202e\x07",
    "http://x y",
    "(uri)javascript:x",
    "/.,:;=",
    "…",
    "$a",
    "\ud800",
)


@pytest.mark.parametrize("tag", FIELDS)
def test_no_defined_subfield_is_unknown(tag: str) -> None:
    unknown = [
        code for code in FIELDS[tag] + "68" if verdict("bibliographic", DEFAULT_PROFILE, tag, code)[0] == "unknown"
    ]
    assert unknown == []


@pytest.mark.parametrize("tag", FIELDS)
def test_each_published_subfield_leaves_its_text(tag: str) -> None:
    """A word in any subfield that is said to be converted is found in the output (codes and links aside)."""
    lost = []
    for code in FIELDS[tag]:
        if code in "0123456789" or verdict("bibliographic", DEFAULT_PROFILE, tag, code)[0] != "converted":
            continue
        word = "Thuật"
        main = [] if code in "at" else [("a", "Tên")]
        title = [("t", "Nhan đề")] if "t" in FIELDS[tag] and tag[0] in "678" and code in "fghklmnoprsuvwx" else []
        field = Field(tag, "1" if tag == "510" else " ", " ", [*main, *title, (code, word)])
        text = convert(Record("00000nam a2200000 i 4500", [Field("001", value="1"), field])).ntriples(
            "https://x.example/"
        )
        if word not in text:
            lost.append(code)
    assert lost == []


@pytest.mark.parametrize("tag", FIELDS)
def test_hostile_values_give_valid_output_without_empty_literals(tag: str) -> None:
    for value in HOSTILE:
        for first in " 01234":
            subfields = [(code, value) for code in FIELDS[tag]]
            record = Record("00000nam a2200000 i 4500", [Field("001", value="1"), Field(tag, first, "7", subfields)])
            text = convert(record).ntriples("https://x.example/")
            quads = list(pyoxigraph.parse(text.encode("utf-8", "replace"), format=pyoxigraph.RdfFormat.N_TRIPLES))
            assert quads
            for quad in quads:
                if isinstance(quad.object, pyoxigraph.Literal):
                    assert quad.object.value.strip()


@pytest.mark.parametrize("tag", FIELDS)
def test_any_single_subfield_is_survived(tag: str) -> None:
    for code in FIELDS[tag]:
        record = Record("00000nam a2200000 i 4500", [Field("001", value="1"), Field(tag, " ", " ", [(code, "x")])])
        assert convert(record).ntriples("https://x.example/").endswith(".\n")
