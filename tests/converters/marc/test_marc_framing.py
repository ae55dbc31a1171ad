"""H15, H16, H18, H19: what a damaged stream costs is the damaged record, and the report says where."""

import gzip
import io
import resource
import zlib

import pytest
from marc_samples import SAMPLES

from converters.marc import FORMATS, Damaged, Frame, MarcError, UnknownFormat, frames, parse, read, record_of
from converters.marc.write import to_iso2709


def book(number: int, title: str = "Truyện Kiều") -> bytes:
    return to_iso2709(record_of(f"001 n{number}\n008 {'0' * 40}\n245 10 $a{title} $b{number}"))


BOOKS = [book(n) for n in range(1, 7)]


def taken(data: bytes, **options):
    """Control numbers read, and the damaged stretches."""
    good, bad = [], []
    for found in read(io.BytesIO(data), **options):
        if isinstance(found, Damaged):
            bad.append(found)
        else:
            good.append(found[1].control("001"))
    return good, bad


ALL = ["n1", "n2", "n3", "n4", "n5", "n6"]


@pytest.mark.parametrize("length", [b"99999", b"00010", b"abcde", b"     "])
def test_a_wrong_length_in_the_third_leader_costs_nothing(length):
    data = b"".join([*BOOKS[:2], length + BOOKS[2][5:], *BOOKS[3:]])
    good, bad = taken(data)
    assert (good, bad) == (ALL, [])


@pytest.mark.parametrize("between", [b"\r\n", b"\n", b"\x00\x00", b"\r\n\x1a", b" "])
def test_filling_between_records_is_skipped(between):
    assert taken(between.join(BOOKS) + between) == (ALL, [])


def test_bytes_between_records_are_reported_with_their_offset():
    data = b"".join(BOOKS[:2]) + b"garbage here" + b"".join(BOOKS[2:])
    good, bad = taken(data)
    assert good == ALL
    assert [(d.offset, d.data, d.number) for d in bad] == [(len(BOOKS[0]) + len(BOOKS[1]), b"garbage here", 3)]


def test_a_byte_order_mark_is_skipped_and_counted_in_offsets():
    found = list(frames(io.BytesIO(b"\xef\xbb\xbf" + b"".join(BOOKS))))
    assert [f.offset for f in found[:2]] == [3, 3 + len(BOOKS[0])]
    assert taken(b"\xef\xbb\xbf" + b"".join(BOOKS)) == (ALL, [])


def test_a_file_that_lost_all_its_terminators_is_read_record_by_record():
    one = to_iso2709(record_of("001 x\n245 10 $aTruyện Kiều"))[:-1]
    found = list(frames(io.BytesIO(one * 20000 + b"\x1d")))
    assert [f.number for f in found] == list(range(1, 20001))
    assert {f.data for f in found} == {one + b"\x1d"}
    assert found[-1].offset == 19999 * len(one)


def test_a_lost_record_terminator_does_not_swallow_the_next_record():
    data = b"".join([*BOOKS[:2], BOOKS[2][:-1], *BOOKS[3:]])
    assert taken(data) == (ALL, [])


def test_a_file_cut_short_reports_its_last_record():
    data = b"".join(BOOKS)[:-30]
    good, bad = taken(data)
    assert good == ALL[:5]
    assert len(bad) == 1
    assert bad[0].control_number == "n6"
    assert "cut short" in bad[0].reason
    assert bad[0].offset == sum(map(len, BOOKS[:5]))


def test_offsets_and_bytes_of_frames_are_those_of_the_input():
    data = b"\r\n".join(BOOKS)
    for found in frames(io.BytesIO(data)):
        assert data[found.offset : found.offset + len(found.data)] == found.data


def directory_of(data: bytes, entry: bytes) -> bytes:
    """The record with its first directory entry replaced."""
    return data[:24] + entry + data[24 + len(entry) :]


@pytest.mark.parametrize("entry", [b"001999900000", b"001000399999", b"001abcd00000", b"0010003x0000"])
def test_a_directory_that_lies_is_mended_only_from_the_terminators(entry):
    record = parse(directory_of(BOOKS[0], entry), "iso2709")
    assert record.control("001") == "n1"
    assert [p.code for p in record.problems] == ["directory-repaired"]


def test_a_directory_that_lies_about_the_number_of_fields_is_refused():
    data = BOOKS[0].replace(b"\x1e1 ", b"\x1e1 ", 1).replace(b"\x1e10", b"\x1e\x1e10", 1)
    with pytest.raises(MarcError, match="the directory lists 3 fields and the record has 4"):
        parse(directory_of(data, b"001999900000"), "iso2709")


def test_a_directory_of_no_whole_entries_is_refused():
    data = BOOKS[0][:30] + BOOKS[0][31:]
    with pytest.raises(MarcError, match="multiple of 12"):
        parse(data, "iso2709")


def test_001_never_holds_the_rest_of_the_record():
    swapped = BOOKS[0][:24] + b"245" + BOOKS[0][27:48] + b"001" + BOOKS[0][51:]
    with pytest.raises(MarcError, match="001"):
        parse(directory_of(swapped, b"245999900000"), "iso2709")


def test_directory_entries_in_any_order():
    entries = [BOOKS[0][24 + 12 * n : 36 + 12 * n] for n in range(3)]
    data = BOOKS[0][:24] + entries[2] + entries[0] + entries[1] + BOOKS[0][60:]
    record = parse(data, "iso2709")
    assert [f.tag for f in record.fields] == ["245", "001", "008"]
    assert record.problems == []


def test_a_field_over_9999_bytes_with_a_five_digit_length():
    long = "x" * 12000
    record = record_of(f"001 n1\n245 10 $a{long}")
    with pytest.raises(MarcError, match="9,999"):
        to_iso2709(record)
    body = b"n1\x1e" + b"10\x1fa" + long.encode() + b"\x1e"
    directory = b"001000300000" + b"2451200500003"
    data = b"24114nam a2200050   4500" + directory + b"\x1e" + body + b"\x1d"
    read_back = parse(data, "iso2709")
    assert read_back.first("245").get("a") == long
    assert "directory-repaired" in {p.code for p in read_back.problems}


def test_a_record_of_117_kb_and_5000_fields_is_read():
    many = [b"650" + b"%04d%05d" % (18, (18 * n) % 100000) for n in range(5000)]
    field = b" 4\x1faTruyen tho   \x1e"
    assert len(field) == 18
    data = b"00000nam a2260025   4500" + b"".join(many) + b"\x1e" + field * 5000 + b"\x1d"
    good = list(read(io.BytesIO(data)))
    assert len(good) == 1
    assert len(good[0][1].fields) == 5000


class Zeros(io.RawIOBase):
    """A good record, then zeros without end (here: 100 MB)."""

    def __init__(self, head: bytes, size: int = 100_000_000) -> None:
        self.head, self.left = head, size

    def read(self, size: int = -1) -> bytes:
        if self.head:
            data, self.head = self.head, b""
            return data
        size = min(size, self.left)
        self.left -= size
        return b"\x00" * size


@pytest.mark.parametrize(
    "head",
    [
        BOOKS[0],
        b"<collection><record><leader>x</leader>",
        b'[{"leader":"',
        b"=LDR  00000nam a2200000   4500\n=245  10$a",
        b"000000001 LDR   L 00000nam a2200000   4500\n000000001 24510 L $$a",
        b"Ldr 00000nam a2200000   4500\n#001 n1\n#245 10 $a",
        b"245\t1\t0\ta\t",
        b"00024nam a2200037 p 4500001000300000#n1##00024nam a2200037 p 4500001000300000#",
    ],
)
def test_zeros_without_end_take_no_memory_and_are_reported_once(head):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bad = [f for f in frames(Zeros(head)) if isinstance(f, Damaged)]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert all(len(d.data) <= 65536 for d in bad)
    assert 1 <= len(bad) <= 2
    assert grown < 60_000  # KiB


def test_a_gzip_bomb_is_inflated_a_little_at_a_time():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [squeeze.compress(BOOKS[0])]
    parts += [squeeze.compress(bytes(1_000_000)) for _ in range(100)]
    parts.append(squeeze.flush())
    good, _ = taken(b"".join(parts))
    assert good == ["n1"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


def test_gzip_of_several_members_is_one_input():
    assert taken(gzip.compress(b"".join(BOOKS[:3])) + gzip.compress(b"".join(BOOKS[3:]))) == (ALL, [])


def test_a_gzip_file_cut_short_keeps_what_came_and_says_so():
    whole = gzip.compress(b"".join(book(n, f"tựa {n * 7919}") for n in range(3000)), 1)
    good, bad = taken(whole[:-20000])
    assert len(good) > 100
    assert "gzip" in bad[-1].reason


def test_a_stream_that_gives_single_bytes_reads_the_same():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(1)

    for name, data in SAMPLES.items():
        once = list(frames(io.BytesIO(data)))
        slow = list(frames(Slow(data)))
        assert once == slow, name
        assert {f.format for f in once} == {name}


def test_every_format_has_a_sample():
    assert set(SAMPLES) == set(FORMATS)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_format_is_recognised_and_says_the_same(name):
    found = list(read(io.BytesIO(SAMPLES[name])))
    assert [f.format for f, _ in found] == [name, name]
    for n, (frame, record) in enumerate(found, 1):
        assert isinstance(frame, Frame)
        assert frame.number == n
        assert record.control("001") == f"n{n}"
        assert repr(record.first("245")) == f"245 10 $aTruyện Kiều$b{n}"
        assert repr(parse(frame.data, frame.format)) == repr(record)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (bytes(1000), "NUL"),
        (b"<!DOCTYPE html><html><body>Login</body></html>", "HTML"),
        (b"<html><head><title>Dang nhap</title>", "HTML"),
        (b"PK\x03\x04 and so on", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"export.mrc".ljust(257, b"\0") + b"ustar  \0" + bytes(300) + BOOKS[0], "tar"),
        ("245\t\u1ea5".encode("utf-16"), "UTF-16"),
        (b"\xef\xbb\xbfid;title;author\n1;2;3\n", "CSV"),
        (b'{"title": "x"}', "JSON"),
        (b"<rdf:RDF xmlns:rdf='x'></rdf:RDF>", "rdf:RDF"),
        ("Kính gửi thư viện".encode(), "text"),
        (bytes(range(256)) * 4, "binary"),
    ],
)
def test_what_is_no_marc_is_refused_by_name(data, said):
    with pytest.raises(UnknownFormat, match=said):
        frames(io.BytesIO(data))


def test_an_unknown_format_name_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="known: iso2709"):
        frames(io.BytesIO(b"x"), format="marc")
    with pytest.raises(ValueError, match="known: iso2709"):
        parse(b"x", "marc")
