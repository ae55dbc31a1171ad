"""``hub reconcile``: a table in, the same table with what the hub has out."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from converters.marc.record import record_of
from hub.settings import Settings
from tests.hub.catalogue import KIEU, written
from tests.hub.conftest import Done, Run

HEADER = ["hub_uri", "hub_label", "hub_score", "hub_match", "hub_held_by"]


@pytest.fixture
def loaded(hub: Run, settings: Settings, tmp_path: Path) -> Run:
    """The command on a hub in which A and B hold one edition."""
    for member in "AB":
        file = tmp_path / f"{member}.mrc"
        text = KIEU.format(number=f"k{member}", branch="MAIN").replace("9786046912345", "9786046912347")
        file.write_bytes(written(record_of(text)))
        hub("load", "--member", member, file, check=True)
    return hub


def _table(done: Done) -> list[list[str]]:
    return list(csv.reader(io.StringIO(done.stdout)))


def test_a_table_gets_its_columns(loaded: Run, tmp_path: Path) -> None:
    file = tmp_path / "wanted.csv"
    file.write_text(
        "STT;Nhan đề;Tác giả;Năm;ISBN\n1;Truyện Kiều;Nguyễn Du;2015;\n2;;;;9786046912347\n3;Không có;Ai;1999;\n"
        "4;Truyen Kieu;;;\n",
        "utf-8-sig",
    )
    done = loaded("reconcile", file)
    assert done.returncode == 1, done.stderr
    assert "4 rows: 2 found, 1 to look at, 1 not found" in done.stderr
    header, *rows = _table(done)
    assert header == ["STT", "Nhan đề", "Tác giả", "Năm", "ISBN", *HEADER]
    assert [row[8] for row in rows] == ["yes", "yes", "no", "maybe"]
    assert rows[0][5].startswith("http://127.0.0.1:8000/instances/")
    assert rows[0][6] == "Truyện Kiều"
    assert rows[0][9] == "Thư viện A; Thư viện B"
    assert rows[2][5:] == ["", "", "", "no", ""]


def test_a_list_from_standard_input_in_english(loaded: Run, tmp_path: Path) -> None:
    out = tmp_path / "found.csv"
    done = loaded("reconcile", "-", "--lang", "en", "-o", out, stdin="Truyện Kiều / Nguyễn Du\n".encode())
    assert (done.returncode, done.stdout) == (0, "")
    header, row = csv.reader(io.StringIO(out.read_text("utf-8-sig")))
    assert header == ["text", *HEADER]
    assert row[3:] == ["92.3", "yes", "Library A; Library B"]
    assert row[1].startswith("http://127.0.0.1:8000/works/")


def test_people_by_name_and_year(loaded: Run) -> None:
    done = loaded(
        "reconcile", "-", "--type", "Person", stdin="Họ tên,Năm sinh\nNguyễn Du,1765\nNguyễn Du,1901\n".encode()
    )
    _, right, wrong = _table(done)
    assert right[5] == "yes"
    assert right[3] == "Nguyễn, Du, 1765-1820"
    assert wrong[5] == "maybe"
    assert float(wrong[4]) < float(right[4])


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "nothing in this list"), ("Nhan đề\nSố đỏ\n".encode("cp1258", "replace"), "not UTF-8")],
)
def test_what_cannot_be_read_is_said_in_one_line(loaded: Run, tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(data)
    done = loaded("reconcile", file)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_unicode_text_of_a_spreadsheet(loaded: Run, tmp_path: Path) -> None:
    file = tmp_path / "unicode.txt"
    file.write_bytes("Nhan đề\tTác giả\r\nTruyện Kiều\tNguyễn Du\r\n".encode("utf-16"))
    _, row = _table(loaded("reconcile", file))
    assert row[5] == "yes"
