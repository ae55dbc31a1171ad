"""The public file of redirects says what each URI answers."""

from __future__ import annotations

import gzip
import io

import httpx
import pytest

from hub.feeds import redirects
from hub.feeds.redirects import RedirectFile
from hub.registry.schema import entity
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.catalogue import kieu
from tests.hub.conftest import Run
from tests.hub.feeds.story import book, deleted, first_loads, load


def lines(web: httpx.Client) -> dict[str, tuple[str, str]]:
    answer = web.get("/redirects.tsv.gz")
    assert answer.headers["content-type"] == "application/gzip"
    head, *rows = gzip.decompress(answer.content).decode().splitlines()
    assert head == "uri\tstatus\tsurvivor"
    found = {uri: (status, survivor) for uri, status, survivor in (row.split("\t") for row in rows)}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("portion", [1, 5000])
def test_every_line_is_what_the_uri_answers(
    web: httpx.Client, hub: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(redirects, "PORTION", portion)
    first_loads(hub)
    load(hub, "A", deleted(book("a2", "Tìm hiểu kho sách Hán Nôm")), deleted(kieu("a1")))
    registry = open_registry(settings)
    with registry.write() as connection:
        kept = connection.execute(entity.select().where(entity.c.place == "works", entity.c.state == "live")).first()
        assert kept is not None
        facts = {"place": "works", "anchor": "test", "created": 1, "changed": 1}
        for identity, state, to in (
            ("aachain1", "merged", "zzchain2"), ("zzchain2", "merged", "mmchain3"), ("mmchain3", "merged", kept.id),
            ("aadead", "merged", "zzgone"), ("zzgone", "withdrawn", None),
        ):  # fmt: skip
            connection.execute(entity.insert().values(id=identity, state=state, replaced_by=to, **facts))
        dead = connection.execute(entity.select().where(entity.c.state != "live")).all()
    registry.close()
    found = lines(web)
    base = settings.base_uri
    for chained in ("aachain1", "zzchain2", "mmchain3"):
        assert found[f"{base}works/{chained}"] == ("301", f"{base}works/{kept.id}")
    assert found[f"{base}works/aadead"] == ("410", "")
    assert found[f"{base}records/A/a2"] == ("410", "")
    assert f"{base}records/A/a3" not in found
    assert {f"{base}{row.place}/{row.id}" for row in dead} == {uri for uri in found if "/records/" not in uri}
    for uri, (status, survivor) in found.items():
        answer = web.get(uri)
        assert (str(answer.status_code), answer.headers.get("location", "")) == (status, survivor), uri


def test_a_number_whose_other_record_lives_is_not_withdrawn(web: httpx.Client, hub: Run, settings: Settings) -> None:
    holdings = deleted(book("a1", "x"))
    holdings.leader = holdings.leader[:6] + "x" + holdings.leader[7:]
    load(hub, "A", kieu("a1"))
    load(hub, "A", holdings)
    assert web.get("/records/A/a1").status_code == 303
    assert f"{settings.base_uri}records/A/a1" not in lines(web)


def test_it_is_sent_again_only_when_it_changed_and_can_be_fetched_in_parts(web: httpx.Client, hub: Run) -> None:
    first_loads(hub)
    whole = web.get("/redirects.tsv.gz")
    assert web.get("/redirects.tsv.gz", headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    part = web.get("/redirects.tsv.gz", headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, whole.content[5:10])


def test_the_file_is_renewed_when_the_log_has_gone_on(hub: Run, settings: Settings) -> None:
    first_loads(hub)
    registry = open_registry(settings)
    kept = RedirectFile(registry, settings.base_uri, settings.data / "feeds", lasting=1e9)
    eager = RedirectFile(registry, settings.base_uri, settings.data / "feeds", lasting=-1.0)
    before = kept.current().read_bytes()
    assert eager.current().read_bytes() == before
    load(hub, "A", deleted(kieu("a1")))
    assert kept.current().read_bytes() == before
    after = eager.current().read_bytes()
    registry.close()
    with gzip.GzipFile(fileobj=io.BytesIO(after)) as file:
        assert b"records/A/a1\t410" in file.read()
