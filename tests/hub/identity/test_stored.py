"""Records that an earlier release extracted: renewed before comparing, and by ``rematch``."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from hub.identity import keys
from hub.identity.features import EXTRACTION
from hub.identity.keys import hashed
from hub.intake.load import load
from hub.intake.rematch import rematch
from hub.registry import Registry, schema

_XML = """<collection xmlns="http://www.loc.gov/MARC21/slim">{}</collection>"""
_RECORD = """<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">{number}</controlfield>
<controlfield tag="008">990101s1999    vm a     b    000 0 vie d</controlfield>
<datafield tag="100" ind1="1" ind2=" "><subfield code="a">{author}</subfield></datafield>
<datafield tag="245" ind1="1" ind2="0"><subfield code="a">{title}</subfield></datafield>
<datafield tag="260" ind1=" " ind2=" "><subfield code="a">Hà Nội :</subfield><subfield code="b">Văn học,</subfield>
<subfield code="c">1999</subfield></datafield>
<datafield tag="300" ind1=" " ind2=" "><subfield code="a">{pages} tr.</subfield></datafield></record>"""


def _marc(*titles: str, author: str = "Nguyễn, Du", pages: int = 351) -> io.BytesIO:
    records = [_RECORD.format(number=f"n{n}", title=t, author=author, pages=pages) for n, t in enumerate(titles)]
    return io.BytesIO(_XML.format("".join(records)).encode())


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = Registry.in_folder(tmp_path)
    with made.write() as connection:
        for code in ("A", "B"):
            connection.execute(insert(schema.member).values(code=code, profile="{}", created=1))
    yield made
    made.close()


def _age(registry: Registry) -> None:
    """Make the stored features those of a release that wrote titles as plain text, and forget its keys."""
    with registry.write() as connection:
        old = json.dumps({"title": "truyen kieu", "authors": ["nguyen du"], "year": 1999})
        connection.execute(update(schema.record).values(features=old))
        connection.execute(schema.match_key.delete())
        connection.execute(insert(schema.match_key), [{"key": hashed("t:truyenkieu"), "member": "A", "record": 1}])


def _instances(registry: Registry) -> dict[tuple[str, str], str]:
    record = schema.record
    with registry.read() as connection:
        rows = connection.execute(select(record.c.member, record.c.control_number, record.c.instance))
        return {(r.member, r.control_number): r.instance for r in rows}


def test_old_features_are_renewed_before_comparing(registry: Registry) -> None:
    load(registry, "A", _marc("Truyện Kiều"), "a.xml", workers=1)
    _age(registry)
    with registry.write() as connection:  # a key that both releases give
        today = keys({"title": {"a": "truyện kiều"}, "authors": {"m": "nguyễn du"}, "year": {"y": [1999]}})
        connection.execute(insert(schema.match_key), [{"key": hashed(k), "member": "A", "record": 1} for k in today])
    load(registry, "B", _marc("Truyện Kiều"), "b.xml", workers=1)
    found = _instances(registry)
    assert found["A", "n0"] == found["B", "n0"]
    with registry.read() as connection:
        texts = connection.execute(select(schema.record.c.features)).scalars().all()
    assert all(json.loads(t)["v"] == EXTRACTION for t in texts)


def test_rematch_reads_what_is_stale_and_then_nothing(registry: Registry) -> None:
    titles = [f"Truyện thứ {n}" for n in range(3)]
    load(registry, "A", _marc(*titles), "a.xml", workers=1)
    _age(registry)
    # Without today's keys the records of the two members do not meet.
    load(registry, "B", _marc(*titles), "b.xml", workers=1)
    apart = _instances(registry)
    assert apart["A", "n0"] != apart["B", "n0"]
    said: list[tuple[int, int]] = []
    assert rematch(registry, member="A", progress=lambda done, total: said.append((done, total))) == 3
    assert said == [(3, 3)]
    found = _instances(registry)
    assert all(found["A", f"n{n}"] == found["B", f"n{n}"] for n in range(3))
    assert rematch(registry) == 0
    before = registry.last_change()
    assert rematch(registry, everything=True) == 6
    with registry.read() as connection:
        actions = connection.execute(select(schema.change.c.action).where(schema.change.c.seq > before)).scalars().all()
    assert set(actions) <= {"update"}, "judging again by the same rules changes nothing"


def test_every_feature_text_starts_with_its_version(registry: Registry) -> None:
    load(registry, "A", _marc("Số đỏ"), "a.xml", workers=1)
    with registry.read() as connection:
        (text,) = connection.execute(select(schema.record.c.features)).scalars()
    assert text.startswith(f'{{"v":"{EXTRACTION}"')
