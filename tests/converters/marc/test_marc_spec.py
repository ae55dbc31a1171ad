import pytest

from converters.marc.record import record_of
from converters.marc.spec import Spec

RECORD = record_of(
    """
    001 n1
    008 050131s2002    vm            000 0 vie d
    020 ## $a9786043184815$qbìa mềm
    020 ## $a186320346X
    245 10 $6880-01$aTruyện Kiều =$bThe tale of Kiều /$cNguyễn Du
    700 12 $aHuỳnh, Sanh Thông
    700 1# $aNguyễn, Du
    880 10 $6245-01/$1$a金雲翹
    880 ## $6260-02/$1$a河內
    """
)


@pytest.mark.parametrize(
    ("spec", "texts"),
    [
        ("245ab", ["Truyện Kiều = The tale of Kiều /"]),
        ("245", ["Truyện Kiều = The tale of Kiều / Nguyễn Du"]),
        ("020a", ["9786043184815", "186320346X"]),
        ("020aq", ["9786043184815 bìa mềm", "186320346X"]),
        ("245a:880[245]a", ["Truyện Kiều =", "金雲翹"]),
        ("880a", ["金雲翹", "河內"]),
        ("008[35-37]", ["vie"]),
        ("008[6]", ["s"]),
        ("001", ["n1"]),
        ("700|12|a", ["Huỳnh, Sanh Thông"]),
        ("700|1*|a", ["Huỳnh, Sanh Thông", "Nguyễn, Du"]),
        ("700|*#|a", ["Nguyễn, Du"]),
        ("245c:100a:001", ["Nguyễn Du", "n1"]),
        ("500a", []),
        ("008[38-39]", ["d"]),
    ],
)
def test_texts(spec, texts):
    record = RECORD
    if spec == "008[38-39]":
        assert record.control("008")[38:40] == " d"[:2]
    assert [t.strip() for t in Spec(spec).texts(record)] == texts


@pytest.mark.parametrize(
    "spec", ["", "24", "245[1-2]", "245$a", "001a", "008[9-3]", "245a,b", "245[880]a", "700|1|a", "245a::100a"]
)
def test_what_cannot_be_understood_is_refused_when_it_is_built(spec):
    with pytest.raises(ValueError, match="specification"):
        Spec(spec)


def test_first():
    assert Spec("020a").first(RECORD) == "9786043184815"
    assert Spec("500a").first(RECORD) == ""
