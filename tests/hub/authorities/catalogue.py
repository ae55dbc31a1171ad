"""A small hub with authority records of one member and books of two, filled without files and processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from converters.marc import Frame
from converters.marc.record import record_of
from converters.marc.write import to_iso2709
from hub import wiring
from hub.intake import single
from hub.members import Library, put_library, put_member
from hub.registry import Registry
from hub.search import Headings
from hub.settings import Settings

AUTHORITY = "00000nz  a2200000n  4500"
_008 = "090422n||az{system}nnaabn          |a ana     c"
AUTHORITIES = f"""
001 a1
003 VN-A
008 {_008.format(system="n")}
100 1# $aNguyễn, Du,$d1765-1820
400 0# $aTố Như
400 1# $aNguyen, Du,$d1765-1820
670 ## $aTruyện Kiều, 2015

001 a2
003 VN-A
008 {_008.format(system="n")}
100 0# $aHồ Chí Minh,$d1890-1969
400 1# $aNguyễn, Ái Quốc,$d1890-1969

001 a3
003 VN-A
008 {_008.format(system="z")}
150 ## $aThơ
450 ## $aThi ca
750 #0 $aPoetry

001 a4
003 VN-A
008 {_008.format(system="n")}
100 1# $aNguyễn, Tất Thành,$d1890-1969
"""

_BOOK = """
001 {number}
008 150101s{year}####vm############000#0#vie##
100 {author}
245 10 $a{title}
260 ## $aHà Nội :$bVăn học,$c{year}
650 #4 $a{subject}
"""
BOOKS = {
    "A": [
        ("b1", 2015, "1# $aNguyễn, Du,$d1765-1820", "Truyện Kiều", "Thơ"),
        ("b2", 1999, "1# $aNguyễn, Du,$d1765-1820", "Văn chiêu hồn", "Thơ"),
        ("b3", 1950, "0# $aHồ Chí Minh,$d1890-1969", "Nhật ký trong tù", "Thơ"),
        ("b4", 1927, "1# $aNguyễn, Tất Thành,$d1890-1969", "Đường kách mệnh", "Cách mạng"),
    ],
    "B": [
        ("c1", 2001, "0# $aTố Như", "Thơ chữ Hán", "Thơ chữ Hán"),
        ("c2", 2003, "0# $aĐặng Thai Mai", "Văn thơ cách mạng", "Cách mạng"),
        ("c3", 2004, "0# $aĐặng Thái Mai", "Văn học khái luận", "Cách mạng"),
        ("c4", 2005, "0# $aĐặng Thái Mai", "Trên đường học tập", "Văn học"),
    ],
}


def open_hub(folder: Path, base: str = "http://hub.example/") -> tuple[Settings, Registry]:
    """The hub, filled; nothing is projected yet."""
    settings = wiring.open_settings(folder, {"HUB_WORKERS": "1", "HUB_BASE_URI": base})
    registry = wiring.open_registry(settings)
    with registry.write() as connection:
        for code in ("A", "B"):
            put_member(connection, code, {})
            put_library(connection, Library(code, code, f"Thư viện {code}", f"Library {code}"))
    send(registry, "A", AUTHORITIES.strip().split("\n\n"), leader=AUTHORITY)
    for member, books in BOOKS.items():
        texts = [_BOOK.format(number=n, year=y, author=a, title=t, subject=s) for n, y, a, t, s in books]
        send(registry, member, texts)
    return settings, registry


def send(registry: Registry, member: str, texts: Sequence[str], leader: str = "00000nam a2200000 i 4500") -> None:
    """Store records, one after the other, as a member's program does."""
    with registry.write() as connection:
        profile = single.profile_json(connection, member)
        assert profile is not None
        for n, text in enumerate(texts, 1):
            data = to_iso2709(record_of(text.replace("#", " ") if text.startswith("{") else text, leader=leader))
            (made,) = single.prepare(profile, [Frame(data, 0, "iso2709", n)], single.NOBODY)
            assert not made.reason, made.reason
            single.put(connection, member, made, "test", expected=None, new=False, loading=False)


def project(settings: Settings, registry: Registry) -> None:
    """Bring the views up to date."""
    with wiring.projector(settings, registry) as projector:
        projector.run()


def ids(headings: Headings, labels: Mapping[str, str]) -> dict[str, str]:
    """The ids of headings: name → (label of the form to use)."""
    found = {}
    for name, label in labels.items():
        known = headings.labelled(label)
        assert known is not None, label
        found[name] = known.id
    return found
