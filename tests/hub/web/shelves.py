"""A small consortium for the site's tests: two groups, three libraries, Truyện Kiều in four languages, and malice."""

from __future__ import annotations

from pathlib import Path

from converters.marc.record import Record, record_of
from converters.marc.write import to_iso2709
from hub.members import Group, Library, put_group, put_library, put_member
from hub.settings import Settings
from hub.wiring import open_registry

SCRIPT = "</script><script>alert(1)</script>"
ODD_NUMBER = "a/b c%2F?#é.ttl"

_NATIONAL = """
001 kieu-2015
008 150101s2015####vm############000#0#vie##
020 ## $a9786046912347
041 0# $avie
082 04 $223$a895.92212
100 1# $aNguyễn, Du,$d1765-1820
240 10 $aTruyện Kiều
245 10 $aTruyện Kiều :$bthơ /$cNguyễn Du ; Đào Duy Anh khảo đính
260 ## $aHà Nội :$bVăn học,$c2015
300 ## $a251 tr. ;$c21 cm
650 #4 $aThơ$zViệt Nam
852 ## $aTVQG$bKho sách Việt$hVV15$i.001
852 ## $aTVQG$bKho đọc$hVV15$i.002$zChỉ đọc tại chỗ
856 40 $uhttps://example.org/kieu
949 ## $xNguyễn Thị Nhân Viên

001 kieu-en
008 830101s1983####ctu###########000#0#eng##
020 ## $a0300040512
041 1# $aeng$hvie
100 1# $aNguyễn, Du,$d1765-1820
240 10 $aTruyện Kiều.$lEnglish
245 14 $aThe tale of Kiều /$ca bilingual edition translated by Huỳnh Sanh Thông
260 ## $aNew Haven :$bYale University Press,$c1983
300 ## $axl, 211 p. ;$c24 cm
650 #0 $aVietnamese poetry
700 1# $aHuỳnh, Sanh Thông,$d1926-2008,$etranslator
852 ## $aTVQG$bKho ngoại văn$hPL4378.9.N5$iT7

001 kieu-zh
008 590101s1959####cc############000#0#chi##
041 1# $achi$hvie
100 1# $aNguyễn, Du,$d1765-1820
240 10 $aTruyện Kiều.$lChinese
245 10 $6880-01$aJin Yun Qiao zhuan
880 10 $6245-01/$1$a金雲翹傳
260 ## $aBeijing :$bRen min wen xue chu ban she,$c1959
300 ## $a170 p.
852 ## $aTVQG$hHN 77

001 bao
008 900101c19909999vm#wr#######000#0#vie##
022 ## $a0866-7330
245 00 $aTạp chí Văn học
260 ## $aHà Nội :$bViện Văn học,$c1990-
300 ## $aq.
310 ## $aHàng tháng
650 #4 $aVăn học Việt Nam$xLịch sử và phê bình
"""

_UNIVERSITY = """
001 DH1
008 150101s2015####vm############000#0#vie##
020 ## $a9786046912347
041 0# $avie
100 1# $aNguyễn, Du,$d1765-1820
240 10 $aTruyện Kiều
245 10 $aTruyện Kiều :$bthơ /$cNguyễn Du ; Đào Duy Anh khảo đính
260 ## $aHà Nội :$bVăn học,$c2015
300 ## $a251 tr. ;$c21 cm
952 ## $aDHQG$bDHQG$cPhòng mượn$o895.9221 NG-D$pDH000123$q2026-12-01

001 DH2
008 790101s1979####vm############000#0#vie##
041 0# $avie
100 1# $aNguyễn, Du,$d1765-1820
240 10 $aTruyện Kiều
245 10 $aTruyện Kiều /$cNguyễn Du ; Nguyễn Thạch Giang khảo đính và chú giải
250 ## $aIn lần thứ tư
260 ## $aHà Nội :$bĐại học và trung học chuyên nghiệp,$c1979
300 ## $a553 tr. ;$c19 cm
952 ## $aDHQG$bDHQG$o895.9221 NG-D 1979$pDH000124$71
"""

# Values that are no IRIs, or none that may be followed (H11), and markup in every place that a page shows (H12).
NOT_LINKS = (
    "javascript:alert(21)", "JaVaScRiPt:alert(22)", "java&#x09;script:alert(23)",
    "data:text/html,<script>alert(24)</script>", "file:///etc/passwd", "//evil.example/x", "http://[::1",
    "http://a b/<c>{d}|e\\f^g`h", "vbscript:x", "\u202ejavascript:x", "http://x/\"onmouseover=\"alert(25)",
    "http://" + "x" * 5000, "relative/path", "urn:x:y z", "https://user:pw@/",
)  # fmt: skip
MARKUP = (
    "<iframe srcdoc='<script>alert(31)</script>'>", "\"><svg onload=alert(32)>", "</title><script>alert(33)</script>",
    "{{ 7919*7907 }}#{7919*7907}<%= 7919*7907 %>", "--><img src=x onerror=alert(34)>", "]]></script><b>",
)  # fmt: skip
_NUMBER = "h11 \"<>{}|\\^` ; DROP ALL ; '--"
_HOSTILE = f"""
001 {_NUMBER}
008 210101s2021####vm############000#0#vie##
035 ## $a(x"><script>){MARKUP[1]}
100 1# $aKẻ thù, {MARKUP[0]}$0{NOT_LINKS[0]}$1{NOT_LINKS[7]}
245 10 $aĐộc hại {MARKUP[1]} {MARKUP[2]} :$b{MARKUP[3]} /$c{MARKUP[4]}
250 ## $a{MARKUP[5]}
260 ## $a{MARKUP[0]} :$b{MARKUP[1]},$c2021 {MARKUP[4]}
300 ## $a{MARKUP[2]}
490 0# $a{MARKUP[4]}
500 ## $a{MARKUP[3]}
520 ## $a{MARKUP[0]}
650 #7 $a{MARKUP[1]}$2x" onload="alert(35)$0{NOT_LINKS[4]}
655 #7 $a{MARKUP[5]}$2{MARKUP[2]}
852 ## $aTVH$b{MARKUP[0]}$h{MARKUP[1]}$z{MARKUP[2]}
""" + "".join(f"856 40 $u{value}\n" for value in NOT_LINKS)

_PROVINCE = f"""
001 {ODD_NUMBER}
008 200101s2020####vm############000#0#vie##
100 1# $aTrần, Văn Quậy {SCRIPT}
245 10 $aTựa <img src=x onerror=alert(2)> &amp; "nháy" {SCRIPT} \u202egnp.exe
260 ## $aHuế :$b<b>Nhà</b> in,$c2020
300 ## $a10 tr.
500 ## $ajavascript:alert(3)
650 #4 $a{SCRIPT}
852 ## $aTVH$h<i>K</i> 1$z]]> {SCRIPT}
856 40 $ujavascript:alert(4)
856 40 $udata:text/html,<script>alert(5)</script>
856 40 $uhttps://example.org/ok?"onmouseover="alert(6)

001 kieu-fr
008 260101s1926####vm############000#0#fre##
041 1# $afre$hvie
100 1# $aNguyễn, Du,$d1765-1820
240 10 $aTruyện Kiều.$lFrench
245 10 $aKim-Vân-Kiêu /$ctraduit par Nguyễn Văn Vĩnh
260 ## $aHuế :$bViễn Đệ,$c1926
300 ## $a2 vol.
700 1# $aNguyễn, Văn Vĩnh,$d1882-1936,$etranslator
852 ## $aTVH$hPh 8$zTập 1-2
"""


def _records(text: str) -> list[Record]:
    return [record_of(part) for part in text.strip().split("\n\n")]


def consortium(settings: Settings, folder: Path) -> dict[str, Path]:
    """Register groups, members and libraries; the files to load, by member."""
    folder.mkdir(parents=True, exist_ok=True)
    registry = open_registry(settings)
    with registry.write() as connection:
        put_group(connection, Group("bac", "Nhóm miền Bắc", "Northern group"))
        put_group(connection, Group("trung", "Nhóm miền Trung", "Central group"))
        for code in ("TVQG", "DHQG", "TVH"):
            put_member(connection, code, {})
        for library in (
            Library(
                "TVQG", "TVQG", "Thư viện Quốc gia thử nghiệm", "National test library", "bac", "Hà Nội", 21.02, 105.84,
                "https://tvqg.example.org/",
            ),
            Library(
                "DHQG", "DHQG", "Thư viện Đại học thử nghiệm", "University test library", "bac", "Hà Nội",
                21.04, 105.78, "javascript:alert(7)",
            ),
            Library(
                "TVH", "TVH", "Thư viện tỉnh Huế <thử>", "Huế provincial <test> library", "trung", "Huế", 16.46, 107.59,
            ),
        ):  # fmt: skip
            put_library(connection, library)
    registry.close()
    made = {}
    for member, text in (("TVQG", _NATIONAL), ("DHQG", _UNIVERSITY), ("TVH", f"{_PROVINCE}\n{_HOSTILE}")):
        made[member] = folder / f"{member}.mrc"
        made[member].write_bytes(b"".join(to_iso2709(r) for r in _records(text)))
    return made
