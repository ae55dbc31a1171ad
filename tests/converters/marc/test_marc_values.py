import warnings

import pytest

from converters.marc.record import record_of
from converters.marc.values import edtf, fold, isbn13, issn, lccn, oclc, pages, strict, year, year_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the validator's parser library deprecates what the validator uses
    from edtf_validate.valid_edtf import is_valid


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("978-604-1-24395-8", "9786041243958"),
        ("9786043184815", "9786043184815"),
        ("186320346X", "9781863203463"),
        ("0679450041 (acid-free paper)", "9780679450047"),
        ("0-14-081759-X (koko paketti)", "9780140817591"),
        ("0786816155 (pbk.) :", "9780786816156"),
        ("ISBN 0 140 05791 9 sidottu", "9780140057911"),
        ("ISBN-13: 9786043184815", "9786043184815"),
        ("9780679450047 24 cm", "9780679450047"),
        ("425038580", "9780425038581"),
        ("0679450042", None),
        ("9786043184816", None),
        ("1", None),
        ("61.000đ", None),
        ("", None),
        ("893-497-406-0155", None),
    ],
)
def test_isbn13(text, value):
    assert isbn13(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0096-2694", "0096-2694"),
        ("00962694", "0096-2694"),
        ("ISSN 0866-7691", "0866-7691"),
        ("2049-3630 (online)", "2049-3630"),
        ("1050-124x", "1050-124X"),
        ("12345678", None),
        ("", None),
    ],
)
def test_issn(text, value):
    assert issn(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n 79-18774", "n79018774"),
        ("   97112390 ", "97112390"),
        ("2001-000002", "2001000002"),
        ("75-425165//r75", "75425165"),
        (" 79139101 /AC/r932", "79139101"),
        ("sh 85025298", "sh85025298"),
        ("23011028", "23011028"),
        ("GB***", None),
        ("n 79-1877456789", None),
        ("", None),
    ],
)
def test_lccn(text, value):
    assert lccn(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(OCoLC)ocm00012345", "12345"),
        ("(OCoLC)1645682", "1645682"),
        ("(OCoLC)on1234567890", "1234567890"),
        ("ocn503001208", "503001208"),
        ("(DLC)   93707283", None),
        ("(OCoLC)oca00271932", None),
        ("1645682", None),
    ],
)
def test_oclc(text, value):
    assert oclc(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[2005?]", 2005),
        ("c2005", 2005),
        ("2005-2009", 2005),
        ("năm 2005", 2005),
        ("1982", 1982),
        ("[19--?]", None),
        ("H. : 2021.", 2021),
        ("395000", None),
        ("Thế kỷ 19", None),
    ],
)
def test_year(text, value):
    assert year(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("008 050131s2002    vm            000 0 vie d", 2002),
        ("008 181222s9999||||xx |||||||||||||| ||und||\n260 ## $cc1982", 1982),
        ("264 #4 $c©2001\n264 #1 $c[2002]", 2002),
        ("264 #4 $c©2001", 2001),
        ("245 10 $a1984", None),
    ],
)
def test_year_of(text, value):
    assert year_of(record_of(text)) == value


@pytest.mark.parametrize(
    ("date1", "date2", "kind", "value"),
    [
        ("2002", "    ", "s", "2002"),
        ("199u", "    ", "s", "199X"),
        ("19uu", "    ", "s", "19XX"),
        ("1990", "1995", "m", "1990/1995"),
        ("1990", "9999", "c", "1990/.."),
        ("1990", "9999", "m", "1990/.."),
        ("1990", "uuuu", "u", "1990/"),
        ("1963", "1966", "q", "[1963..1966]"),
        ("1963", "1963", "q", "1963"),
        ("2005", "0312", "e", "2005-03-12"),
        ("2005", "03  ", "e", "2005-03"),
        ("2005", "0231", "e", "2005-02"),
        ("2005", "1999", "r", "2005"),
        ("2005", "2004", "t", "2005"),
        ("1976", "1954", "p", "1976"),
        ("1999", "2003", "d", "1999/2003"),
        ("2003", "1999", "m", None),
        ("    ", "    ", "n", None),
        ("||||", "||||", "|", None),
        ("uuuu", "    ", "s", None),
        ("9999", "||||", "s", None),
        ("2o05", "    ", "s", None),
        ("0850", "    ", "s", "0850"),
        ("1999", "1999", "m", "1999"),
    ],
)
def test_edtf(date1, date2, kind, value):
    assert edtf(date1, date2, kind) == value
    if value is not None:
        assert is_valid(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("351 tr.", 351),
        ("351tr. ;", 351),
        ("xii, 215 p.", 215),
        ("xxiv,352p", 352),
        ("333 S.", 333),
        ("408 trang :", 408),
        ("2 v.", None),
        ("2 v. (xii, 1201 p.)", 1201),
        ("[48] p.", 48),
        ("[2], 351, [4] tr.", 351),
        ("xv, 120, 36 tr. ; 24 cm", 120),
        ("T.1, 351 tr.", 351),
        ("100 tr., 25 tr. phụ lục", 100),
        ("tr. 120-135", 16),
        ("p. 5-4", None),
        ("1 DVD (90 phút)", None),
        ("1 sound disc (47 min.)", None),
        ("T.1 ; 19 cm", None),
        ("245 с.", 245),
        ("120 leaves", 120),
        ("", None),
    ],
)
def test_pages(text, value):
    assert pages(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Đặng Thùy Trâm", "dang thuy tram"),
        ("Nguyễn, Du, 1765-1820", "nguyen du 1765 1820"),
        ("Nguye\u0302\u0303n", "nguyen"),
        ("Hà & Hạ", "ha and ha"),
        ("L'œuvre d’Ærø", "loeuvre daero"),
        ("Straße Łódź Þór İstanbul ılıca", "strasse lodz thor istanbul ilica"),
        ("金雲翹 : 新傳", "金雲翹 新傳"),
        ("がくせい", "がくせい"),
        ("한국어", "한국어"),
        ("ภาษาไทย", "ภาษาไทย"),
        ("Достоевский, Ё.", "достоевскии е"),
        ("كِتَاب", "كتاب"),
        ("C++ / C#", "c c"),
        ("snake_case", "snake case"),
        ("  ", ""),
    ],
)
def test_fold(text, value):
    assert fold(text) == value
    assert fold(value) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Nguyễn, Du.", "nguyễn du"),
        ("NGUYỄN DU", "nguyễn du"),
        ("Nguye\u0302\u0303n Du", "nguyễn du"),
        ("Hà Nội : Kim Đồng", "hà nội kim đồng"),
        ("d'Artagnan", "dartagnan"),
        ("ภาษาไทย", "ภาษาไทย"),
        ("Poli\ufe20a\ufe21kov", "poli\ufe20a\ufe21kov"),
    ],
)
def test_strict(text, value):
    assert strict(text) == value


def test_strict_keeps_apart_what_fold_joins():
    assert fold("Hà") == fold("Hạ")
    assert strict("Hà") != strict("Hạ")
