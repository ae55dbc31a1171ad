"""A small consortium for reconciling: namesakes, tones, an ISBN used twice, generic titles, authorities, malice."""

from __future__ import annotations

from pathlib import Path

from converters.marc.record import record_of
from converters.marc.write import to_iso2709
from hub.members import Group, Library, put_group, put_library, put_member
from hub.settings import Settings
from hub.wiring import open_registry

SCRIPT = "</script><script>alert(1)</script>"
KIEU_ISBN = "9786046912347"
TWICE_ISBN = "9786041002135"
FREE_ISBN = "9780306406157"

_AUTHORITIES = """
001 a1
008 150101n||azannaabn||||||||||n#aaa||||||
100 1# $aNguyễn, Du,$d1765-1820
400 1# $aNguyen, Du
400 0# $aTố Như
024 7# $ahttp://viaf.org/viaf/22140434$2uri

001 a2
008 150101n||azannaabn||||||||||n#aaa||||||
100 1# $aNguyễn, Dữ

001 a3
008 150101n||azannaabn||||||||||n#aaa||||||
100 1# $aAusten, Jane,$d1775-1817
"""

_NATIONAL = """
001 kieu-2015
008 150101s2015####vm############000#0#vie##
020 ## $a9786046912347
041 0# $avie
100 1# $aNguyễn, Du,$d1765-1820
245 10 $aTruyện Kiều /$cNguyễn Du ; Đào Duy Anh khảo đính
260 ## $aHà Nội :$bVăn học,$c2015
300 ## $a251 tr. ;$c21 cm
650 #4 $aThơ
852 ## $aTVQG$hVV15

001 kieu-1979
008 790101s1979####vm############000#0#vie##
041 0# $avie
100 1# $aNguyễn, Du,$d1765-1820
245 10 $aTruyện Kiều /$cNguyễn Du ; Nguyễn Thạch Giang khảo đính
260 ## $aHà Nội :$bĐại học và trung học chuyên nghiệp,$c1979
300 ## $a553 tr. ;$c19 cm
852 ## $aTVQG$hVV79

001 sodo
008 880101s1988####vm############000#0#vie##
100 1# $aVũ, Trọng Phụng,$d1912-1939
245 10 $aSố đỏ /$cVũ Trọng Phụng
260 ## $aHà Nội :$bVăn học,$c1988
300 ## $a240 tr.
852 ## $aTVQG$hVV88

001 sodo-dat
008 100101s2010####vm############000#0#vie##
100 1# $aLê, Thị Đất
245 10 $aSổ đỏ /$cLê Thị Đất
260 ## $aHà Nội :$bTư pháp,$c2010
300 ## $a120 tr.
852 ## $aTVQG$hVV10

001 tho1
008 900101s1990####vm############000#0#vie##
100 1# $aNguyễn, Văn An,$d1950-
245 10 $aThơ /$cNguyễn Văn An
260 ## $aHà Nội :$bVăn học,$c1990
300 ## $a80 tr.

001 tho2
008 950101s1995####vm############000#0#vie##
100 1# $aNguyễn, Văn An,$d1970-
245 10 $aLúa mùa /$cNguyễn Văn An
260 ## $aHuế :$bThuận Hoá,$c1995
300 ## $a95 tr.

001 tap
008 000101s2000####vm############000#0#vie##
100 1# $aPhan, Thị Biển
245 10 $aSóng /$cPhan Thị Biển
260 ## $aĐà Nẵng :$bĐà Nẵng,$c2000
300 ## $a60 tr.
650 #0 $aPoetry
650 #7 $aPoetry$2bisacsh

001 pride
008 950101s1995####enk###########000#1#eng##
020 ## $a9786041002135
100 1# $aAusten, Jane,$d1775-1817
245 10 $aPride and prejudice /$cJane Austen
260 ## $aLondon :$bPenguin,$c1995
300 ## $a352 p.
"""

_PROVINCE = f"""
001 p1
008 150101s2015####vm############000#0#vie##
020 ## $a9786046912347
041 0# $avie
100 1# $aNguyễn, Du,$d1765-1820
245 10 $aTruyện Kiều /$cNguyễn Du ; Đào Duy Anh khảo đính
260 ## $aHà Nội :$bVăn học,$c2015
300 ## $a251 tr. ;$c21 cm
852 ## $aTVH$hK 1

001 p2
008 990101s1999####vm############000#0#vie##
020 ## $a9786041002135
100 1# $aTrần, Thị Khác
245 10 $aNấu ăn chay /$cTrần Thị Khác
260 ## $aHuế :$bThuận Hoá,$c1999
300 ## $a70 tr.

001 p3
008 200101s2020####vm############000#0#vie##
100 1# $aTrần, Quậy {SCRIPT}
245 10 $a=cmd|calc {SCRIPT}
260 ## $aHuế :$b<b>Nhà</b> in,$c2020
300 ## $a10 tr.
650 #4 $a{SCRIPT}
852 ## $aTVH$h<i>K</i>
"""


_VOLUME = """
001 ls{n}
008 85010{n}s198{n}####vm############000#0#vie##
100 1# $aPhan, Huy Sử
245 10 $aLịch sử Việt Nam.$nTập {n} /$cPhan Huy Sử
260 ## $aHà Nội :$bĐại học,$c198{n}
300 ## $a30{n} tr.
"""
_MAP = """
001 bd{n:02d}
008 970101s1997####vm############000#0#vie##
110 2# $aCục Bản đồ
245 10 $aBản đồ hành chính :$btỉnh {name} /$cCục Bản đồ
260 ## $aHà Nội :$bBản đồ,$c1997
300 ## $a1 bản đồ
"""
PROVINCES = (
    "An Giang", "Bắc Ninh", "Bến Tre", "Cà Mau", "Đắk Lắk", "Điện Biên", "Hà Giang", "Hoà Bình", "Kon Tum", "Lai Châu",
    "Long An", "Nam Định", "Phú Yên", "Quảng Trị", "Sơn La", "Trà Vinh",
)  # fmt: skip
"""More than one search brings: each has a map of one title proper."""
_SERIES = "\n\n".join(
    text.strip()
    for text in (
        *(_VOLUME.format(n=n) for n in (1, 2)),
        *(_MAP.format(n=n, name=name) for n, name in enumerate(PROVINCES)),
    )
)


def shelf(settings: Settings, folder: Path) -> list[tuple[str, Path]]:
    """Register two members and write their files, in load order."""
    folder.mkdir(parents=True, exist_ok=True)
    registry = open_registry(settings)
    with registry.write() as connection:
        put_group(connection, Group("bac", "Nhóm miền Bắc", "Northern group"))
        for code, vi, en, place in (
            ("TVQG", "Thư viện Quốc gia thử nghiệm", "National test library", "Hà Nội"),
            ("TVH", "Thư viện tỉnh Huế", "Huế provincial library", "Huế"),
        ):
            put_member(connection, code, {})
            put_library(connection, Library(code, code, vi, en, "bac", place, 21.0, 105.8, "https://tv.example.org/"))
    registry.close()
    made = []
    for name, member, text, leader in (
        ("authorities", "TVQG", _AUTHORITIES, "00000nz  a2200000n  4500"),
        ("national", "TVQG", _NATIONAL, "00000nam a2200000 i 4500"),
        ("series", "TVQG", _SERIES, "00000nam a2200000 i 4500"),
        ("province", "TVH", _PROVINCE, "00000nam a2200000 i 4500"),
    ):
        path = folder / f"{name}.mrc"
        parts = text.strip().split("\n\n")
        path.write_bytes(b"".join(to_iso2709(record_of(part, leader=leader)) for part in parts))
        made.append((member, path))
    return made
