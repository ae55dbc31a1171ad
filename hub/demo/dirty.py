"""The demo's file of honest dirt: each record has one defect that real exports have, with what is to become of it.

The provincial library's old system wrote it. ``DEFECTS`` is the documentation; the tests hold the reader to it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from converters.marc.record import record_of
from converters.marc.write import to_iso2709
from hub.demo.ansel import marc8


@dataclass(frozen=True, slots=True)
class Defect:
    """One record of the file: its number, what is wrong with it, and the outcome: ``read`` or ``rejected``.

    ``problem`` is the code of the Problem reported for a record that is read, empty where it is none.
    """

    number: str
    what: str
    outcome: str
    problem: str = ""


DEFECTS = (
    Defect("bnp900001", "the length in the leader is too small by 40", "read"),
    Defect("bnp900002", "the length in the leader is too large by 300", "read"),
    Defect("bnp900003", "CR LF stands between this record and the next", "read"),
    Defect("bnp900004", "leader/09 says MARC-8, the text is UTF-8", "read", "leader-encoding"),
    Defect("bnp900005", "leader/09 says UTF-8, the text is in MARC-8", "read", "encoding-suspect"),
    Defect("bnp900006", "a control field 005 without content", "read"),
    Defect("bnp900007", "no 245 at all", "read", "title-missing"),
    Defect("bnp900008", "decomposed Unicode (NFD) in every field", "read", "decomposed-text"),
    Defect("bnp900009", "a language code that does not exist (008/35–37 and 041 say vni)", "read"),
    Defect("", "no 001 and no other number", "read", "control-number-missing"),
    Defect("bnp900011", "the directory is shifted by three bytes", "read", "directory-repaired"),
    Defect("", "half a record: the file was cut here by a full disk, then went on", "rejected"),
    Defect("bnp900013", "an ISBN with a wrong check digit and a price in the same subfield", "read"),
    Defect("bnp900014", "a carriage return and line feed inside the title", "read", "control-character"),
)


def _record(number: str, title: str, author: str, date: str, *more: str, language: str = "vie") -> bytes:
    lines = [f"001 {number}"] if number else []
    lines += [
        "005 20120314101500.0",
        f"008 120314s{date}    vm            000 0 {language} d",
        f"041 0# $a{language}",
        *more,
        f"100 0# $a{author}",
        f"260 ## $aH. :$bVăn học,$c{date}",
        "300 ## $a215 tr. ;$c19 cm",
        f"952 ## $aBN$bBN$cKho mượn$o895.922$p{number or 'BNX'}1$ySACH",
    ]
    if title:
        lines.append(f"245 10 $a{title} /$c{author}.")
    record = record_of("\n".join(lines), leader="00000nam a2200000 a 4500")
    record.fields.sort(key=lambda f: f.tag)
    return to_iso2709(record)


def dirty_file() -> bytes:
    """The file's bytes, always the same."""
    out: list[bytes] = []
    data = _record("bnp900001", "Dế mèn phiêu lưu ký", "Tô Hoài", "1996")
    out.append(b"%05d" % (len(data) - 40) + data[5:])
    data = _record("bnp900002", "Vang bóng một thời", "Nguyễn Tuân", "1998")
    out.append(b"%05d" % (len(data) + 300) + data[5:])
    out.append(_record("bnp900003", "Gió đầu mùa", "Thạch Lam", "1999") + b"\r\n")
    data = _record("bnp900004", "Bỉ vỏ", "Nguyên Hồng", "2001")
    out.append(data[:9] + b" " + data[10:])
    out.append(_reassembled(_record("bnp900005", "Mùa lạc", "Nguyễn Khải", "2003"), marc8))
    data = _record("bnp900006", "Đất rừng phương Nam", "Đoàn Giỏi", "2002")
    out.append(_reassembled(data, lambda part: b"" if part == "20120314101500.0" else part.encode()))
    out.append(_record("bnp900007", "", "Khuyết danh", "1995"))
    data = _record("bnp900008", "Những ngày thơ ấu", "Nguyên Hồng", "1997")
    out.append(_reassembled(data, lambda part: unicodedata.normalize("NFD", part).encode()))
    out.append(_record("bnp900009", "Hòn đất", "Anh Đức", "1994", language="vni"))
    out.append(_record("", "Người mẹ cầm súng", "Nguyễn Thi", "1993"))
    out.append(_shifted(_record("bnp900011", "Rừng xà nu", "Nguyễn Trung Thành", "2000")))
    data = _record("bnp900012", "Cửa biển", "Nguyên Hồng", "1992")
    out.append(data[:140] + b"\x1d")
    out.append(
        _record("bnp900013", "Cánh đồng bất tận", "Nguyễn Ngọc Tư", "2005", "020 ## $a8934974050123 : 25000đ$c25000đ")
    )
    data = _record("bnp900014", "Quê nội", "Võ Quảng", "1991")
    out.append(_reassembled(data, lambda part: part.replace("Quê nội", "Quê\r\nnội").encode()))
    return b"".join(out)


def _reassembled(data: bytes, encode: Callable[[str], bytes]) -> bytes:
    """The record with each field encoded anew and its leader and directory put right; leader/09 stays."""
    base = int(data[12:17])
    tags = [data[n : n + 3] for n in range(24, base - 1, 12)]
    fields = data[base:].rstrip(b"\x1d").split(b"\x1e")[:-1]
    directory, body = b"", b""
    for tag, field in zip(tags, fields, strict=True):
        parts = [encode(part) for part in field.decode("utf-8").split("\x1f")]
        content = b"\x1f".join(parts) + b"\x1e"
        directory += tag + b"%04d%05d" % (len(content), len(body))
        body += content
    base = 24 + len(directory) + 1
    leader = b"%05d" % (base + len(body) + 1) + data[5:12] + b"%05d" % base + data[17:24]
    return leader + directory + b"\x1e" + body + b"\x1d"


def _shifted(data: bytes) -> bytes:
    """Directory whose starting positions are all three bytes too far."""
    base = int(data[12:17])
    entries = [data[n : n + 12] for n in range(24, base - 1, 12)]
    moved = b"".join(e[:7] + b"%05d" % (int(e[7:]) + 3) for e in entries)
    return data[:24] + moved + data[base - 1 :]
