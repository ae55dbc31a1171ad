"""The books that the tests of SRU search."""

from __future__ import annotations

from collections.abc import Callable

from converters.marc.record import Record, record_of
from tests.hub.catalogue import kieu

TALE = """
001 a2
008 830101s1983####ctu###########000#0#eng##
010 ## $a   82010979
020 ## $a0300028733 (cloth)
100 1# $aNguyễn, Du,$d1765-1820
240 10 $aTruyện Kiều.$lEnglish
245 14 $aThe tale of Kiều :$ba bilingual edition /$ctranslated by Huỳnh Sanh Thông
250 ## $a2nd ed.
260 ## $aNew Haven :$bYale University Press,$c1983
300 ## $axl, 211 p. ;$c24 cm
504 ## $aIncludes bibliographical references.
520 ## $aAn eighteenth-century verse novel.
650 #0 $aVietnamese poetry$vTranslations into English
700 1# $aHuỳnh, Sanh Thông,$d1926-2008,$etranslator$4trl
952 ## $aMAIN$oPL4378.9 .N5$pA0002
"""
SO_DO = """
001 a3
008 360101s1936####vm############000#1#vie##
082 04 $a895.92233$223
100 1# $aVũ, Trọng Phụng,$d1912-1939
245 10 $aSố đỏ :$btiểu thuyết /$cVũ Trọng Phụng
260 ## $aHà Nội :$bLê Cường,$c1936
300 ## $a276 tr. ;$c19 cm
650 #4 $aTiểu thuyết$zViệt Nam
952 ## $aMAIN$o895.92233 V500PH$pA0003
"""
LAND = """
001 b2
008 050101s2005####vm############000#0#vie##
100 1# $aNguyễn, Văn An
245 10 $aSổ đỏ và quyền sử dụng đất /$cNguyễn Văn An
260 ## $aHà Nội :$bTư pháp,$c2005
300 ## $a120 tr. ;$c21 cm
650 #4 $aLuật đất đai$zViệt Nam
952 ## $aKHTN$cKho sách luật$o346.597 NG527A$pB0002
"""
HAN = """
001 b3
008 720101s1972####vm############000#0#chi##
100 1# $a阮攸
245 10 $a斷腸新聲 =$bĐoạn trường tân thanh
260 ## $aSài Gòn :$bBộ Giáo dục,$c1972
300 ## $a302 tr. ;$c24 cm
952 ## $aKHTN$pB0003
"""
REVIEW = """
LDR 00000nas a2200000 i 4500
001 c1
008 910101c19919999vm#qr#p#######0###a0vie##
022 ## $a0866-7160
245 00 $aNghiên cứu lịch sử
260 ## $aHà Nội :$bViện Sử học,$c1991-
310 ## $aHàng quý
650 #4 $aLịch sử$vTạp chí
"""
CHART = """
LDR 00000nem a2200000 i 4500
001 c2
008 980101s1998####vm########a##f##0###vie##
034 1# $aa$b1000000
110 1# $aViệt Nam.$bCục Đo đạc và Bản đồ
245 10 $aBản đồ hành chính Việt Nam
255 ## $aTỉ lệ 1:1.000.000
264 #1 $aHà Nội :$bBản đồ,$c1998
300 ## $a1 bản đồ :$bmàu ;$c109 x 79 cm
651 #4 $aViệt Nam$vBản đồ
500 ## $aPhụ lục: <quần đảo> & "đảo"
"""
SHELF: dict[str, Callable[[], list[Record]]] = {
    "A": lambda: [kieu("a1"), record_of(TALE), record_of(SO_DO)],
    "B": lambda: [kieu("b1", "KHTN"), record_of(LAND), record_of(HAN)],
    "C": lambda: [record_of(REVIEW), record_of(CHART)],
}
"""What each member sends; Truyện Kiều (2015) is held by A and B and is one Instance."""
TITLES = {
    "kieu": "Truyện Kiều", "tale": "The tale of Kiều", "so-do": "Số đỏ", "land": "Sổ đỏ và quyền sử dụng đất",
    "han": "斷腸新聲", "review": "Nghiên cứu lịch sử", "chart": "Bản đồ hành chính Việt Nam",
}  # fmt: skip
"""How each begins, by the word that tests use for it."""
