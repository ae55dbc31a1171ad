"""The members' door: signing in, the API of files and records, the review queue; each on a hub of its own."""

from __future__ import annotations

import gzip
import json
import re
import threading
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from converters.marc.record import Field, record_of
from converters.marc.write import to_iso2709, to_marcxml
from converters.marc.write import to_json as to_marc_json
from hub.cli.main import main
from hub.registry import schema
from hub.wiring import open_registry
from tests.hub.catalogue import kieu, written
from tests.hub.web.door import PAGE, Door, doubtful_pair, form_of
from tests.hub.web.visitor import BASE


def test_a_record_is_written_read_changed_and_withdrawn(door: Door) -> None:
    made = door.put("1", written(kieu("1")))
    assert made.status_code == 201, made.text
    first = made.headers["etag"]
    assert made.headers["location"] == f"{BASE}api/members/A/records/1"
    assert made.json()["act"] == "created"
    assert made.json()["instance"].startswith(f"{BASE}instances/")
    again = door.put("1", written(kieu("1")))
    assert (again.status_code, again.json()["act"], again.headers["etag"]) == (200, "unchanged", first)
    changed = door.put("1", written(kieu("1", "KHO2")), If_Match=first)
    assert (changed.status_code, changed.json()["act"]) == (200, "replaced")
    stale = door.put("1", written(kieu("1", "KHO3")), If_Match=first)
    assert stale.status_code == 412
    assert stale.headers["content-type"] == "application/problem+json"
    own = {"Authorization": f"Bearer {door.a}"}
    gone = door.visitor.ask("DELETE", "/api/members/A/records/1", headers={**own, "If-Match": first})
    assert gone.status_code == 412
    gone = door.visitor.ask("DELETE", "/api/members/A/records/1", headers={**own, "If-Match": changed.headers["etag"]})
    assert gone.status_code == 204
    assert door.visitor.get("/api/members/A/records/1").status_code == 410
    assert door.put("1", written(kieu("1"))).status_code == 201, "a withdrawn record may come back"
    assert [j.kind for j in door.rows(schema.job)] == ["record"] * 4, "each act that changed something is a job"
    assert {j.source for j in door.rows(schema.job)} == {"Lan (A)"}


def test_a_new_record_only_where_there_is_none(door: Door) -> None:
    assert door.put("1", written(kieu("1")), If_None_Match="*").status_code == 201
    assert door.put("1", written(kieu("1", "X")), If_None_Match="*").status_code == 412
    assert door.put("2", written(kieu("2")), If_Match="*").status_code == 412


def test_the_three_forms_say_the_same(door: Door) -> None:
    record = kieu("1")
    forms = {
        "application/marcxml+xml": to_marcxml(record).encode(),
        "application/marc-in-json; charset=utf-8": json.dumps(to_marc_json(record)).encode(),
    }
    for kind, data in forms.items():
        assert door.put("1", data, Content_Type=kind).status_code in (200, 201), kind
        answer = door.visitor.get("/api/members/A/records/1", headers={"Accept": "application/marc"})
        assert answer.headers["content-type"] == "application/marc"
        assert "Nguyễn, Du" in answer.content.decode()


def test_what_is_private_is_read_by_the_member_only_and_never_lost(door: Door) -> None:
    secret = record_of("001 9\n245 10 $aSách\n949 ## $xNguyễn Thị Nhân Viên\n")
    tag = door.put("9", written(secret)).headers["etag"]
    public = door.visitor.get("/api/members/A/records/9")
    assert "Nhân Viên" not in public.text
    other = door.visitor.get("/api/members/A/records/9", headers={"Authorization": f"Bearer {door.b}"})
    assert "Nhân Viên" not in other.text
    own = door.visitor.get("/api/members/A/records/9", headers={"Authorization": f"Bearer {door.a}"})
    assert "Nhân Viên" in own.text
    assert own.headers["etag"] == tag
    assert door.put("9", public.content, If_Match=public.headers["etag"]).status_code == 412


@pytest.mark.parametrize(
    ("number", "data", "kind", "status", "said"),
    [
        ("1", b"<html><body>Login</body></html>", "text/html", 415, "text/html"),
        ("1", b"<html><body>Login</body></html>", "application/marc", 422, "detail"),
        ("1", b"", "application/marc", 422, "no record"),
        ("1", written(kieu("1"), kieu("2")), "application/marc", 422, "several records"),
        ("1", written(kieu("2")), "application/marc", 422, "001"),
        (
            "1",
            b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hosts'>]><record>&e;</record>",
            "text/xml",
            422,
            "DOCTYPE",
        ),
        ("1", gzip.compress(bytes(50 << 20)), "application/marc", 415, "gzip"),
        ("1", b"{" * 100_000, "application/json", 422, "detail"),
        ("1", b'{"leader": ' + b"[" * 90_000 + b"}", "application/json", 422, "detail"),
        ("1", bytes(5 << 20), "application/marc", 413, "bytes"),
        ("1", written(record_of("001 1\n020 ## $a9786046912345\n"))[:-30] + b"\x1d", "application/marc", 422, "detail"),
    ],
)
def test_what_is_no_record_is_refused_with_its_reason(
    door: Door, number: str, data: bytes, kind: str, status: int, said: str
) -> None:
    answer = door.put(number, data, Content_Type=kind)
    assert answer.status_code == status, answer.text
    assert said in answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert door.rows(schema.record) == []
    assert door.rows(schema.job) == []


def test_odd_numbers_have_their_addresses(door: Door) -> None:
    number = "a/b c%2F?#é.ttl"
    record = record_of(f"001 {number}\n245 10 $aLạ\n")
    address = "a%2Fb%20c%252F%3F%23%C3%A9.ttl"
    assert door.put(address, written(record)).status_code == 201
    assert door.visitor.get(f"/api/members/A/records/{address}").status_code == 200


# Files


def test_a_file_is_loaded_by_a_process_beside_and_reported(door: Door) -> None:
    odd = record_of("001 9\n008 ####\n245 10 $aSách$zlạ lùng\n")
    data = written(*(kieu(str(n)) for n in range(5))) + b"00099garbage" + b"\x1d" + written(odd)
    sent = door.load(data, "?name=..%2Fetc%2Fsách.mrc")
    assert sent.status_code == 202, sent.text
    number = sent.json()["id"]
    assert sent.json()["state"] in ("queued", "running")
    job = door.ended(number)
    assert (job["state"], job["read"], job["stored"], job["rejected"]) == ("done", 7, 6, 1)
    assert job["source"] == "sách.mrc"
    assert list((door.settings.data / "spool").iterdir()) == [], "nothing stays in the spool"
    own = {"Authorization": f"Bearer {door.a}"}
    table = door.visitor.get(f"/api/jobs/{number}/rejects", headers=own)
    assert table.headers["content-type"].startswith("text/tab-separated-values")
    assert len(table.text.splitlines()) == 2
    raw = door.visitor.get(f"/api/jobs/{number}/rejects?form=marc", headers=own)
    assert b"garbage" in raw.content
    assert raw.headers["content-disposition"] == f'attachment; filename="rejects-{number}.mrc"'
    door.sign_in(door.a)
    page = door.visitor.get(f"/door/jobs/{number}", headers=PAGE)
    assert "read 7 = stored 6 + unchanged 0 + rejected 1" in page.text
    assert 'http-equiv="refresh"' not in page.text
    assert "blank-sign" in page.text, "problems by code, with an example"
    assert "Counted in 6 records" in page.text
    assert re.search(r"<code>245 \$z</code>.*lạ lùng", page.text), "what no rule takes over is told"
    again = door.load(written(kieu("1"))).json()["id"]
    assert door.ended(again)["unchanged"] == 1
    assert "blank-sign" in door.visitor.get(f"/door/jobs/{again}", headers=PAGE).text


def test_a_complete_file_withdraws_the_rest_within_its_guard(door: Door) -> None:
    first = door.load(written(*(kieu(str(n)) for n in range(10)))).json()["id"]
    assert door.ended(first)["stored"] == 10
    few = written(*(kieu(str(n)) for n in range(5)))
    refused = door.ended(door.load(few, "?full=1").json()["id"])
    assert refused["state"] == "failed"
    assert "5 of 10" in refused["message"]
    done = door.ended(door.load(few, "?full=1&force=1").json()["id"])
    assert (done["state"], done["deleted"]) == ("done", 5)


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"<!DOCTYPE html><html><body>Please log in</body></html>", 415, "HTML page"),
        (b"PK\x03\x04" + bytes(100), 415, "ZIP"),
        (gzip.compress(b"00100nam a2200000 a 4500" + bytes(200 << 20), 9), 413, "unpacks"),
        (bytes(9 << 20), 413, "8 MiB"),
        (b"", 415, "empty"),
    ],
)
def test_what_is_no_file_of_marc_is_refused_and_leaves_nothing(door: Door, data: bytes, status: int, said: str) -> None:
    answer = door.load(data)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["detail"]
    assert door.rows(schema.job) == []
    assert list((door.settings.data / "spool").iterdir()) == []


def test_five_gigabytes_are_refused_before_the_first_byte(door: Door) -> None:
    headers = {"Authorization": f"Bearer {door.a}", "Content-Length": str(5 << 30)}
    read = 0

    async def body() -> Any:
        nonlocal read
        while True:
            read += 1
            yield bytes(1 << 20)

    answer = door.visitor.post("/api/members/A/loads", content=body(), headers=headers)
    assert answer.status_code == 413
    assert "8 MiB" in answer.json()["detail"]
    assert read <= 1


def test_a_form_sends_a_file(door: Door) -> None:
    door.sign_in(door.a)
    page = door.visitor.get("/door/load", headers=PAGE)
    assert "at most 8 MiB" in page.text
    fields = {"form": form_of(page), "member": "A"}
    files = {"file": ("tệp <b>.mrc", written(kieu("1")))}
    answer = door.visitor.post("/door/load", data=fields, files=files, headers=PAGE)
    assert answer.status_code == 303, answer.text
    number = int(answer.headers["location"].rpartition("/")[2])
    assert door.ended(number)["stored"] == 1
    shown = door.visitor.get(f"/door/jobs/{number}", headers=PAGE).text
    assert "tệp &lt;b&gt;.mrc" in shown
    forged = door.visitor.post("/door/load", data={"form": "x", "member": "A"}, files=files, headers=PAGE)
    assert forged.status_code == 403
    other = door.visitor.post("/door/load", data={**fields, "member": "B"}, files=files, headers=PAGE)
    assert other.status_code == 403
    cut = door.visitor.post(
        "/door/load", content=b"--x\r\nbroken", headers={**PAGE, "Content-Type": "multipart/form-data; boundary=x"}
    )
    assert cut.status_code == 400
    assert len(door.rows(schema.upload)) == 1


def test_the_queue_outlives_its_server(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    """A server is killed while a file waits and another is being loaded: both are loaded by what comes after."""
    registry = open_registry(door.settings)
    spool = door.settings.data / "spool"
    from hub.intake.spool import Draft

    numbers = []
    for n in range(2):
        draft = Draft(spool, 1 << 20)
        draft.write(written(kieu(str(n))))
        draft.finish()
        numbers.append(draft.keep(registry, "A", f"{n}.mrc", full=False, force=False, by="Lan (A)"))
    with registry.write() as connection:  # as a killed load leaves it
        connection.execute(schema.job.update().where(schema.job.c.id == numbers[0]).values(state="running"))
        connection.execute(schema.upload.update().where(schema.upload.c.job == numbers[0]).values(attempts=1))
    registry.close()
    assert main(["--data", str(door.settings.data), "load", "--queued"]) == 0
    assert [door.ended(n)["state"] for n in numbers] == ["done", "done"]
    assert list(spool.iterdir()) == []


# The review queue


def test_writing_while_a_load_of_the_member_runs(door: Door) -> None:
    """The member's own load is told; that of another member only makes it wait for a moment."""
    from hub.intake.running import only_one
    from hub.wiring import intake_lock

    registry = open_registry(door.settings)
    with registry.write() as connection:
        values = {"kind": "load", "member": "A", "source": "x", "state": "running", "started": 1}
        connection.execute(schema.job.insert().values(values))
    registry.close()
    assert door.put("1", written(kieu("1"))).status_code == 201, "a load that was killed stands in nobody's way"
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with only_one(intake_lock(door.settings)):
            held.set()
            free.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    busy = door.put("2", written(kieu("2")))
    other = door.visitor.ask(
        "PUT", "/api/members/B/records/2", content=to_iso2709(kieu("2")),
        headers={"Authorization": f"Bearer {door.b}", "Content-Type": "application/marc"},
    )  # fmt: skip
    free.set()
    thread.join()
    assert busy.status_code == 409
    assert "retry-after" in busy.headers
    assert other.status_code == 201


def test_the_api_is_described(door: Door) -> None:
    described = door.visitor.get("/openapi.json").json()
    record = described["paths"]["/api/members/{member}/records/{number}"]
    assert set(record) == {"get", "put", "delete"}
    assert set(record["put"]["requestBody"]["content"]) == {
        "application/marc", "application/marcxml+xml", "application/marc-in-json",
    }  # fmt: skip
    assert {"201", "200", "401", "403", "409", "412", "415", "422"} <= set(record["put"]["responses"])
    assert record["put"]["security"] == [{"token": []}]
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert "422" not in record["get"]["responses"] or record["get"]["responses"]["422"]


def test_a_registry_that_is_not_free_says_come_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process writes for longer than the registry waits: 503 with Retry-After, no trace, nothing half done."""
    path = doubtful_pair(door)
    door.sign_in(door.a)
    page = door.visitor.get(path, headers=PAGE)

    def locked(*_: Any, **__: Any) -> None:
        raise OperationalError("INSERT INTO decision", {}, Exception("database is locked"))

    monkeypatch.setattr("hub.web.door.review.decide", locked)
    answer = door.post(path, page, act="same")
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert "INSERT" not in answer.text
    assert door.rows(schema.decision) == []


def test_lists_of_a_load_to_work_off(door: Door) -> None:
    odd = kieu("b2", "=cmd()")
    odd.fields.append(Field("020", " ", " ", [("a", "9786046912344")]))  # a wrong check digit, as kieu has one too
    done = door.load(written(kieu("b1"), odd), token=door.b, member="B")
    door.ended(done.json()["id"])
    done = door.load(written(kieu("a1")))
    number = door.ended(done.json()["id"])["id"]
    own = {"Authorization": f"Bearer {door.a}"}

    def table(name: str, headers: dict[str, str], job: int = number) -> list[list[str]]:
        answer = door.visitor.get(f"/api/jobs/{job}/{name}", headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}-{job}.tsv"'
        return [line.split("\t") for line in answer.text.splitlines()]

    heading, link = table("links", own)
    assert heading == ["control number", "edition", "also held by", "their records"]
    assert link[0] == "a1"
    assert link[1].startswith(f"{BASE}instances/")
    assert link[2] == "B"
    assert "(B)b1" in link[3] or "(B)b2" in link[3]
    others = {"Authorization": f"Bearer {door.b}"}
    wrong = table("corrections", others, number - 1)
    assert wrong[0] == ["kind", "control number", "problem", "where", "what"]
    assert sorted(row[1] for row in wrong if row[2:4] == ["invalid-isbn", "020$a"]) == ["b1", "b2", "b2"]
    assert table("duplicates", own)[0] == ["score", "record", "other record", "judge at"]
    for name in ("links", "corrections", "duplicates"):
        assert door.visitor.get(f"/api/jobs/{number}/{name}").status_code == 401
        assert door.visitor.get(f"/api/jobs/{number}/{name}", headers=others).status_code == 403
