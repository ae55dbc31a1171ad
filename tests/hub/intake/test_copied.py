"""A record copied from the hub with its holders, loaded as one's own, brings no other library's copies."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pymarc
import pytest
from lxml import etree

from converters.marc import Frame
from converters.marc.record import record_of
from hub.intake import single
from hub.members import put_member
from hub.registry.schema import entity, item, problem, quarantine, record
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.catalogue import kieu, written
from tests.hub.conftest import Run
from tests.hub.feeds.conftest import web
from tests.hub.feeds.story import load
from tests.hub.protocols.sru.client import read

__all__ = ["web"]

QUERY = "isbn = 9786046912345"


def fetched(web: httpx.Client, *, own: str = "", number: str = "k77", drop: tuple[str, ...] = ()) -> bytes:
    """What SRU gives as ``marcxml``, as a library system keeps it: under its own number, with a copy of its own."""
    answer = web.get("/sru", params={"version": "1.2", "operation": "searchRetrieve", "query": QUERY})
    (data,) = read(answer.content).data
    xml = b'<collection xmlns="http://www.loc.gov/MARC21/slim">' + etree.tostring(data) + b"</collection>"
    (marc,) = pymarc.parse_xml_to_array(io.BytesIO(xml))
    assert marc.get_fields("852")
    marc.remove_fields("001", "003", *drop)
    marc.add_ordered_field(pymarc.Field(tag="001", data=number))
    if own:
        marc.add_ordered_field(
            pymarc.Field("852", pymarc.Indicators(" ", " "), [pymarc.Subfield("a", own), pymarc.Subfield("p", "39999")])
        )
    return bytes(marc.as_marc())


def rows(settings: Settings, table: Any, *columns: Any) -> list[Any]:
    registry = open_registry(settings)
    with registry.read() as connection:
        found = [tuple(r) for r in connection.execute(table.select().with_only_columns(*columns).order_by(*columns))]
    registry.close()
    return found


def items(settings: Settings) -> list[tuple[str, str]]:
    """Member and key of each Item."""
    joined = item.join(record, record.c.id == item.c.record)
    registry = open_registry(settings)
    with registry.read() as connection:
        statement = joined.select().with_only_columns(record.c.member, item.c.key)
        found = sorted((r.member, r.key) for r in connection.execute(statement))
    registry.close()
    return found


def told(settings: Settings) -> list[tuple[int, str]]:
    """Record and place of each problem that tells of another library's copies."""
    found = rows(settings, problem, problem.c.record, problem.c.place, problem.c.code)
    return [(number, place) for number, place, code in found if code == "other-library"]


def profile(settings: Settings, member: str, said: dict[str, Any]) -> None:
    registry = open_registry(settings)
    with registry.write() as connection:
        put_member(connection, member, said)
    registry.close()


@pytest.mark.parametrize("organization", ["", "VN-A"])
@pytest.mark.parametrize("preset", ["koha", "evergreen", "plain"])
def test_copies_of_others_are_left_out_and_told_of(
    web: httpx.Client, hub: Run, settings: Settings, organization: str, preset: str
) -> None:
    profile(settings, "A", {"organization": organization})
    profile(settings, "B", {"preset": preset})
    load(hub, "A", kieu("a1"))
    done = hub("load", "--member", "B", "-", stdin=fetched(web, own="B"))
    assert done.returncode == 0
    assert "read 1 = stored 1 + unchanged 0 + rejected 0" in done.stderr
    assert f"001 k77: 852 names library {organization or 'A'}, another member of the hub: left out" in done.stderr
    assert items(settings) == [("A", "a1B"), ("B", "39999")]
    assert [place for _, place in told(settings)] == ["852$a"]
    # Whoever looks sees no copy of A under B: in the graph, in search, in the next answer to brokers.
    held = "SELECT ?l (count(?i) AS ?n) WHERE { ?i a bf:Item ; bf:heldBy ?l } GROUP BY ?l ORDER BY ?l"
    prefix = "PREFIX bf: <http://id.loc.gov/ontologies/bibframe/> "
    assert [line.rpartition("/")[2] for line in hub("query", prefix + held, "--format", "csv").stdout.split()[1:]] == [
        "A,1", "B,1",
    ]  # fmt: skip
    answer = web.get("/sru", params={"version": "1.2", "operation": "searchRetrieve", "query": QUERY})
    (marc,) = read(answer.content).marc()
    assert {(f[0][1], dict(f)["p"]) for f in marc["852"]} == {(organization or "A", "a1B"), ("B", "39999")}
    page = web.get("/records/B/k77.html").text
    assert "another member of the hub: left out" in page
    assert "a1B" not in web.get("/records/B/k77.ttl").text
    assert hub("check").returncode == 0


def test_the_copy_of_another_hides_no_copy_of_ones_own_with_the_same_barcode(
    web: httpx.Client, hub: Run, settings: Settings
) -> None:
    profile(settings, "B", {"preset": "plain"})
    load(hub, "A", kieu("39999", "X"))  # its copy is 39999B
    marc = next(pymarc.MARCReader(fetched(web, own="B")))
    for field in marc.get_fields("852"):
        if field["a"] == "B":
            field["p"] = "39999B"
            field.add_subfield("h", "B-KHO")
    data = bytes(marc.as_marc())
    hub("load", "--member", "B", "-", stdin=data, check=True)
    assert items(settings) == [("A", "39999B"), ("B", "39999B")]
    answer = web.get("/sru", params={"version": "1.2", "operation": "searchRetrieve", "query": QUERY})
    (again,) = read(answer.content).marc()
    assert {dict(f)["a"]: dict(f)["h"] for f in again["852"]} == {"A": "895.9221 NG527D", "B": "B-KHO"}


def test_a_member_that_answers_for_another_library_keeps_its_copies(
    web: httpx.Client, hub: Run, settings: Settings
) -> None:
    profile(settings, "B", {"libraries": {"A": "A"}})
    load(hub, "A", kieu("a1"))
    done = hub("load", "--member", "B", "-", stdin=fetched(web))
    assert "left out" not in done.stderr
    assert items(settings) == [("A", "a1B"), ("B", "a1B")]


def test_without_the_hubs_mark_or_with_another_hubs_a_field_is_what_its_member_says(
    web: httpx.Client, hub: Run, settings: Settings
) -> None:
    load(hub, "A", kieu("a1"))
    hub("load", "--member", "B", "-", stdin=fetched(web, drop=("024",)), check=True)
    assert ("B", "a1B") in items(settings)
    elsewhere = record_of(
        "001 k78\n024 7# $ahttps://hub.example.org/instances/zzzzzzzzzz$2uri\n245 10 $aSách\n852 ## $aA$pxx1"
    )
    hub("load", "--member", "B", "-", stdin=written(elsewhere), check=True)
    assert ("B", "xx1") in items(settings)
    assert told(settings) == []


def test_the_mark_holds_when_the_hub_has_moved_and_the_instance_was_merged(
    web: httpx.Client, hub: Run, settings: Settings
) -> None:
    load(hub, "A", kieu("a1"))
    (instance,) = [i for p, i in rows(settings, entity, entity.c.place, entity.c.id) if p == "instances"]
    moved = record_of(
        f"001 k79\n024 7# $ahttps://old.example.org/x/instances/{instance}$2uri\n245 10 $aSách\n852 ## $aA$pxx1"
    )
    hub("load", "--member", "B", "-", stdin=written(moved), check=True)
    assert items(settings) == [("A", "a1B")]


def test_what_was_loaded_before_is_mended_by_rematch(web: httpx.Client, hub: Run, settings: Settings) -> None:
    profile(settings, "B", {"libraries": {"A": "A"}})
    load(hub, "A", kieu("a1"))
    data = fetched(web)
    hub("load", "--member", "B", "-", stdin=data, check=True)
    assert ("B", "a1B") in items(settings)
    profile(settings, "B", {})
    again = hub("load", "--member", "B", "-", stdin=data)
    assert "unchanged 1" in again.stderr
    hub("rematch", "--all", "--member", "B", check=True)
    assert items(settings) == [("A", "a1B")]
    assert len(told(settings)) == 1
    assert hub("check").returncode == 0
    # and the other way round
    profile(settings, "B", {"libraries": {"A": "A"}})
    hub("rematch", "--all", "--member", "B", check=True)
    assert ("B", "a1B") in items(settings)
    assert told(settings) == []


def test_the_brokers_999_is_no_copy_in_a_sirsi_library(web: httpx.Client, hub: Run, settings: Settings) -> None:
    profile(settings, "B", {"preset": "sirsi"})
    load(hub, "A", kieu("a1"))
    done = hub("load", "--member", "B", "-", stdin=fetched(web))
    assert "999 names library A" in done.stderr
    assert items(settings) == [("A", "a1B")]


def test_many_records_and_one_that_is_replaced(web: httpx.Client, hub: Run, settings: Settings) -> None:
    load(hub, "A", kieu("a1"))
    many = b"".join(fetched(web, number=f"k{n}") for n in range(230))  # several tasks of the workers
    done = hub("load", "--member", "B", "-", stdin=many)
    assert "read 230 = stored 230" in done.stderr
    assert "left out: 230" in done.stderr
    assert items(settings) == [("A", "a1B")]
    clean = written(record_of("001 k5\n245 10 $aSách khác\n952 ## $aMAIN$pk5B"))
    hub("load", "--member", "B", "-", stdin=clean, check=True)
    assert items(settings) == [("A", "a1B"), ("B", "k5B")]
    assert len(told(settings)) == 229
    assert rows(settings, quarantine, quarantine.c.id) == []
    assert hub("check").returncode == 0


def test_a_record_that_is_sent_alone_is_answered_with_what_was_left_out(
    web: httpx.Client, hub: Run, settings: Settings
) -> None:
    load(hub, "A", kieu("a1"))
    registry = open_registry(settings)
    with registry.write() as connection:
        others = single.Others.of(connection, "B")
        (made,) = single.prepare("{}", [Frame(fetched(web), 0, "iso2709", 1)], others)
        changed = single.put(connection, "B", made, "Lan", expected=None, new=True, loading=False)
    registry.close()
    assert "other-library" in [code for code, _, _ in changed.problems]
    assert items(settings) == [("A", "a1B")]
