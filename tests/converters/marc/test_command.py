"""python -m converters: what comes out where, and with which exit code."""

import io
import json
import subprocess
import sys

import pytest

from converters.__main__ import main
from converters.marc import frames, read, record_of
from converters.marc.write import to_iso2709
from converters.profile import Profile, record_key

BOOK = to_iso2709(record_of("001 n1\n008 050131s2002    vm            000 0 vie d\n245 10 $aTruyện Kiều"))


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.mrc"
    path.write_bytes(BOOK)
    return path


def run(*arguments):
    out = io.StringIO()
    return main([str(a) for a in arguments], out), out.getvalue()


def test_triples_go_out_and_the_report_to_standard_error(book, capfd):
    code, out = run(book, "--base-uri", "https://hub.example/", "--report")
    assert code == 0
    assert "<https://hub.example/works/n1>" in out
    assert "<https://hub.example/instances/n1>" in out
    assert all(line.endswith(" .") for line in out.splitlines())
    said = capfd.readouterr()
    assert said.out == ""
    assert "read 1 = converted 1 + rejected 0   (iso2709 1)" in said.err


def test_a_rejected_record_is_named_and_changes_the_exit_code(tmp_path, capfd):
    path = tmp_path / "dirty.mrc"
    path.write_bytes(BOOK + b"junk\x1d" + BOOK)
    code, out = run(path, "--report")
    assert code == 1
    assert out.count("/works/n1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>") >= 2
    said = capfd.readouterr().err
    assert f"record 2 at byte {len(BOOK)} rejected" in said
    assert "read 3 = converted 2 + rejected 1" in said


def test_what_cannot_be_read_is_exit_code_2_and_the_other_files_are_done(tmp_path, book, capfd):
    page = tmp_path / "page.mrc"
    page.write_text("<html><body>login</body></html>")
    code, out = run(page, tmp_path / "none.mrc", book)
    assert code == 2
    assert "works/n1" in out
    said = capfd.readouterr().err
    assert "HTML page" in said
    assert "No such file" in said


@pytest.mark.parametrize("arguments", [["--base-uri", "urn:x"], ["--base-uri", "http://x"], ["--format", "csv"]])
def test_a_wrong_command_is_exit_code_2(arguments, capfd):
    with pytest.raises(SystemExit) as stop:
        run(*arguments)
    assert stop.value.code == 2
    assert "error:" in capfd.readouterr().err


def test_the_profile_names_records_and_their_encoding(tmp_path, capfd):
    record = record_of("245 10 $aTruy\xd6n\n952 ## $pB7")
    path, profile = tmp_path / "old.mrc", tmp_path / "profile.json"
    path.write_bytes(to_iso2709(record).replace("\xd6".encode(), b"\xd6").replace(b"0017", b"0016"))
    profile.write_text(json.dumps({"identity": ["952p"], "encoding": "tcvn3"}))
    code, out = run(path, "--profile", profile)
    assert code == 0
    assert "works/B7>" in out
    assert "Truyện" in out
    with pytest.raises(SystemExit):
        run(path, "--profile", tmp_path / "none.json")


def test_a_record_without_a_number_is_named_by_its_bytes():
    data = to_iso2709(record_of("245 10 $aTruyện Kiều"))
    ((frame, record),) = read(io.BytesIO(data))
    key = record_key(frame, record, Profile())
    assert key.startswith("sha-")
    assert len(key) == 20
    assert key == record_key(next(iter(frames(io.BytesIO(data)))), record, Profile())
    other = to_iso2709(record_of("245 10 $aTruyện Kiều."))
    assert key != record_key(next(iter(frames(io.BytesIO(other)))), record, Profile())


def test_standard_input_and_a_reader_that_leaves():
    command = [sys.executable, "-m", "converters"]
    done = subprocess.run(command, input=BOOK, capture_output=True, check=True)
    assert b"works/n1" in done.stdout
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        _, errors = running.communicate(BOOK * 2000)
    assert b"Traceback" not in errors
    assert running.returncode == 0
