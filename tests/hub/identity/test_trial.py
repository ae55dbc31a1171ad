from __future__ import annotations

from consortium import book

from converters.marc.record import record_of
from converters.marc.write import to_iso2709
from hub.identity import cluster, match, why


def marc_in_json(text: str) -> dict:
    record = record_of(text)
    fields = [
        {f.tag: f.value}
        if f.tag < "010"
        else {f.tag: {"ind1": f.ind1, "ind2": f.ind2, "subfields": [{c: t} for c, t in f.subfields]}}
        for f in record.fields
    ]
    return {"leader": record.leader, "fields": fields}


def test_match_judges_a_pair_of_json_records():
    found = match(marc_in_json(book()), marc_in_json(book(author="Nguyễn Du")))
    assert found["decision"] == "same"
    assert found["score"] >= 0.9
    assert found["features"]["authors"] == 1.0
    assert found["veto"] is None
    other = match(marc_in_json(book()), marc_in_json(book("Truyện Kiều. Tập 2")))
    assert other["decision"] != "same"


def write(path, records):
    path.write_bytes(b"".join(to_iso2709(record_of(f"{head}\n{text}")) for head, text in records))
    return path


def test_cluster_names_every_record_of_the_files(tmp_path):
    other = book(year="2010", pages="99 tr.")
    one = write(
        tmp_path / "a.mrc", [("001 a1", book()), ("001 a2", other), ("001 a2", book("Số đỏ", "Vũ Trọng Phụng"))]
    )
    two = write(tmp_path / "b.mrc", [("001 b1", book())])
    found = list(cluster([one, two]))
    assert [n for n, _ in found] == ["a1", "a2", "a2", "b1"]
    names = [name for _, name in found]
    assert names[0] == names[3]
    assert len(set(names)) == 3
    works = [name for _, name in cluster([one, two], level="work")]
    assert works[0] == works[1] == works[3] != works[2]


def test_member_from_003_parts_records_of_one_file(tmp_path):
    path = write(tmp_path / "a.mrc", [("001 a1\n003 A", book()), ("001 a1\n003 B", book())])
    assert len({name for _, name in cluster([path])}) == 2, "one file is one member"
    assert len({name for _, name in cluster([path], member_from="003")}) == 1


def test_why_knows_nothing_of_an_id_that_was_never_minted(tmp_path):
    from hub.registry import Registry

    registry = Registry.in_folder(tmp_path)
    with registry.read() as connection:
        assert why(connection, "nothing") == {}
    registry.close()
