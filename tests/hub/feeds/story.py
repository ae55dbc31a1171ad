"""What happens to a small hub in these tests: books come, are shared, change and go."""

from __future__ import annotations

from converters.marc.record import Record, record_of
from hub.registry.schema import change
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.catalogue import kieu, written
from tests.hub.conftest import Run

BOOK = """
001 {number}
008 150101s{year}####vm############000#0#vie##
100 1# $a{author}
245 10 $a{title} /$c{author}
260 ## $aHà Nội :$bGiáo dục,$c{year}
300 ## $a{pages} tr. ;$c24 cm
650 #4 $aLịch sử$z{title}
949 ## $xNguyễn Thị Nhân Viên
952 ## $aMAIN$o959.7 {number}$p{number}B
"""


def book(number: str, title: str, *, author: str = "Trần Văn Giáp", year: int = 1984, pages: int = 300) -> Record:
    return record_of(BOOK.format(number=number, title=title, author=author, year=year, pages=pages))


def deleted(record: Record) -> Record:
    """The record as a system sends it when it is gone: leader/05 d."""
    record.leader = record.leader[:5] + "d" + record.leader[6:]
    return record


def load(hub: Run, member: str, *records: Record) -> None:
    hub("load", "--member", member, "-", stdin=written(*records), check=True)


def first_loads(hub: Run) -> None:
    """A and B hold Truyện Kiều; A alone two more books, B alone one."""
    load(hub, "A", kieu("a1"), book("a2", "Tìm hiểu kho sách Hán Nôm"), book("a3", "Lịch triều hiến chương", year=1992))
    load(hub, "B", kieu("b1"), book("b2", "Đại Nam thực lục", author="Quốc sử quán", year=2007))


def changes(settings: Settings) -> list[tuple[int, str, str, str, str | None]]:
    """The log as (number, place, entity, action, target)."""
    registry = open_registry(settings)
    with registry.read() as connection:
        rows = connection.execute(change.select().order_by(change.c.seq)).all()
    registry.close()
    return [(r.seq, r.place, r.entity, r.action, r.target) for r in rows]
