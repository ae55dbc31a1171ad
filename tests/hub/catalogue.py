"""Small catalogues made for tests: real editions, written as MARC lines."""

from __future__ import annotations

import random
from pathlib import Path

from converters.marc.record import Record, record_of
from converters.marc.write import to_iso2709

KIEU = """
001 {number}
008 150101s2015####vm############000#0#vie##
020 ## $a9786046912345
041 0# $avie
082 04 $a895.9221
100 1# $aNguyễn, Du,$d1765-1820
245 10 $aTruyện Kiều /$cNguyễn Du ; Đào Duy Anh khảo đính
260 ## $aHà Nội :$bVăn học,$c2015
300 ## $a251 tr. ;$c21 cm
650 #4 $aThơ$zViệt Nam
952 ## $a{branch}$o895.9221 NG527D$p{number}B
"""


def kieu(number: str, branch: str = "") -> Record:
    """An edition of Truyện Kiều that several libraries hold."""
    return record_of(KIEU.format(number=number, branch=branch or "MAIN"))


def written(*records: Record) -> bytes:
    return b"".join(to_iso2709(r) for r in records)


_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
_GIVEN = ("Văn An", "Thị Bình", "Minh Châu", "Đức Dũng", "Thu Hà", "Quang Hưng", "Ngọc Lan", "Hữu Nghĩa")
_THEME = ("Lịch sử", "Địa lí", "Kinh tế", "Văn hoá", "Kiến trúc", "Nông nghiệp", "Luật", "Y học", "Toán", "Âm nhạc")
_PLACE = ("Hà Nội", "Huế", "Đà Nẵng", "Cần Thơ", "Hải Phòng", "Nghệ An", "Đắk Lắk", "Sơn La")


def catalogue(path: Path, count: int, *, prefix: str = "r", seed: int = 1) -> Path:
    """A file of ``count`` different, plausible books; the same for the same seed. A tenth are editions of others."""
    chance = random.Random(seed)
    with path.open("wb") as out:
        for n in range(count):
            year = chance.randint(1960, 2024)
            theme, place = chance.choice(_THEME), chance.choice(_PLACE)
            author = f"{chance.choice(_FAMILY)} {chance.choice(_GIVEN)}"
            part = n if chance.random() > 0.1 else n // 2
            lines = f"""
                001 {prefix}{n}
                008 150101s{year}####vm############000#0#vie##
                100 0# $a{author}
                245 10 $a{theme} {place} tập {part} /$c{author}
                260 ## $a{place} :$bGiáo dục,$c{year}
                300 ## $a{100 + part % 400} tr. ;$c24 cm
                650 #4 $a{theme}$z{place}
                952 ## $aMAIN$o{part % 999}.{n % 9}$p{prefix}{n:07d}
            """
            out.write(to_iso2709(record_of(lines)))
    return path
