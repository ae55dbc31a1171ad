"""The writer: strict, atomic, one at a time, and its snapshots."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from sparql import (
    BadQuads,
    Difference,
    Generations,
    MemoryStore,
    OxigraphStore,
    QuerySyntaxError,
    StoreLocked,
    WritableStore,
    open_store,
)
from sparql.__main__ import main
from sparql.generations import Lease

from .conftest import EX, graph

P = NamedNode(EX + "p")
XSD = "http://www.w3.org/2001/XMLSchema#"


def quad(subject: str, value: str | NamedNode | Literal) -> Quad:
    return Quad(NamedNode(EX + subject), P, Literal(value) if isinstance(value, str) else value)


def test_both_kinds_keep_the_protocol(store: WritableStore) -> None:
    assert isinstance(store, WritableStore)


def test_load_is_all_or_nothing_and_names_the_line(store: WritableStore) -> None:
    with pytest.raises(BadQuads) as caught:
        store.load(f"<{EX}a> <{EX}p> <{EX}b> .\n<{EX}a> <{EX}p> <{EX}b c> .\n".encode())
    assert caught.value.line == 2
    assert "b c" in str(caught.value)
    assert store.count() == 0


@pytest.mark.parametrize(
    "bad", [b'<http://a> <http://b> "x"@zh_Hant .\n', b"\xff\xfe\n", b"<http://a> <b> <http://c> .\n"]
)
def test_what_is_no_quad_is_refused(store: WritableStore, bad: bytes) -> None:
    with pytest.raises(BadQuads):
        store.load(bad)


def test_replace_is_one_transaction_and_what_is_in_both_stays(store: WritableStore) -> None:
    store.replace([], [quad("s", "old"), quad("s", "same")])
    store.replace(
        [quad("s", "old"), quad("s", "same"), quad("s", "never there")], [quad("s", "same"), quad("s", "new")]
    )
    assert {str(one.object.value) for one in store.describe(EX + "s")} == {"same", "new"}


def test_putting_the_files_in_order_changes_no_quad(store: WritableStore) -> None:
    for n in range(50):
        store.replace([quad("s", str(n - 1))], [quad("s", str(n)), quad(f"s{n}", "x")])
    store.flush()
    store.optimize()
    assert store.count() == 51
    assert [one.object.value for one in store.describe(EX + "s")] == ["49"]


def test_replace_takes_lines_and_named_graphs(store: WritableStore) -> None:
    store.replace([], [f'<{EX}s> <{EX}p> "x" <{EX}g> .', f'<{EX}s> <{EX}p> "y" .'])
    assert store.count() == 2
    assert [one.object.value for one in store.describe(EX + "s", EX + "g")] == ["x"]
    store.replace([f'<{EX}s> <{EX}p> "x" <{EX}g> .'], [])
    assert store.count() == 1


@pytest.mark.parametrize("bad", ["nonsense", f"_:b <{EX}p> <{EX}o> .", f"<{EX}s> <{EX}p> _:b ."])
def test_replace_refuses_bad_lines_and_blank_nodes(store: WritableStore, bad: str) -> None:
    with pytest.raises(BadQuads):
        store.replace([], [bad])
    assert store.count() == 0


HOSTILE_VALUE = 'x" } ; DROP ALL ; INSERT DATA { <urn:p> <urn:p> "y'


def test_a_value_cannot_become_an_operation(store: WritableStore) -> None:
    for value in (HOSTILE_VALUE, "\\u0022 } ; DROP ALL ; #", "\\", "\n\r\t", "'''", "\u202e", "\u1ebf"):
        before = store.count()
        store.replace([], [quad("s", value)])
        assert store.count() == before + 1
        assert value in {one.object.value for one in store.describe(EX + "s")}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=50))
def test_any_string_comes_back_as_it_went_in(value: str) -> None:
    store = MemoryStore()
    store.replace([], [quad("s", value)])
    assert [one.object.value for one in store.describe(EX + "s")] == [value]
    store.replace([quad("s", value)], [])
    assert store.count() == 0


def test_describe_follows_owned_nodes_only(store: WritableStore) -> None:
    store.load(
        f"<{EX}w> <{EX}p> <{EX}w#a> .\n<{EX}w#a> <{EX}p> <{EX}w#b> .\n<{EX}w#b> <{EX}p> <{EX}w#a> .\n"
        f"<{EX}w> <{EX}p> <{EX}other> .\n<{EX}other> <{EX}p> <{EX}x> .\n<{EX}w#lost> <{EX}p> <{EX}x> .\n".encode()
    )
    subjects = [one.subject.value for one in store.describe(EX + "w")]
    assert sorted(subjects) == [EX + "w", EX + "w", EX + "w#a", EX + "w#b"]
    assert store.has(EX + "w")
    assert not store.has(EX + "nobody")


def test_put_writes_only_what_differs_and_knows_normal_forms(store: WritableStore) -> None:
    text = f'<{EX}w> <{EX}p> "01"^^<{XSD}integer> .\n<{EX}w> <{EX}p> "x"@zh-Hant .\n<{EX}w> <{EX}p> <{EX}w#t> .\n'
    text += f'<{EX}w#t> <{EX}p> "title" .\n'
    assert store.put(EX + "w", text.encode()) == Difference(0, 4)
    assert not store.put(EX + "w", text.encode())
    assert store.put(EX + "w", text.replace("title", "Title").encode()) == Difference(1, 1)
    assert store.put(EX + "w", b"") == Difference(4, 0)
    assert store.count() == 0


def test_put_in_a_named_graph_leaves_the_default_graph_alone(store: WritableStore) -> None:
    line = f'<{EX}w> <{EX}p> "x" .\n'.encode()
    store.put(EX + "w", line)
    store.put(EX + "w", line, EX + "g")
    assert store.count() == 2
    store.put(EX + "w", b"", EX + "g")
    assert [one.object.value for one in store.describe(EX + "w")] == ["x"]


def test_graphs_are_put_whole_whatever_their_subjects(store: WritableStore) -> None:
    def lines(name: str, *values: str) -> bytes:
        return "".join(f'<{EX}{v}> <{EX}p> "{v}" <{EX}{name}> .\n' for v in values).encode()

    store.load(f'<{EX}a> <{EX}p> "default" .\n'.encode())
    store.put_graphs({EX + "g": lines("g", "a", "b"), EX + "h": lines("h", "a"), EX + "none": b""})
    assert store.count() == 4
    store.put_graphs({EX + "g": lines("g", "b", "c"), EX + "h": b"", EX + "i": lines("i", "d")})
    out = io.BytesIO()
    store.dump(out)
    assert sorted(out.getvalue().splitlines()) == sorted(
        f'<{EX}a> <{EX}p> "default" .\n'.encode().splitlines()
        + lines("g", "b", "c").splitlines()
        + lines("i", "d").splitlines()
    )
    with pytest.raises(BadQuads):
        store.put_graphs({EX + "g": b"<a> <b> <c> .\n"})
    assert store.count() == 4


def test_update_tells_the_place_of_an_error(store: WritableStore) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.update("INSERT DATA {\n  <http://a> <http://b> }")
    assert caught.value.line == 2


def test_dump_and_clear(store: WritableStore) -> None:
    store.load(graph(10))
    out = io.BytesIO()
    store.dump(out)
    assert len(out.getvalue().splitlines()) == store.count()
    store.clear()
    assert store.count() == 0
    store.load(out.getvalue())
    assert store.count() == len(out.getvalue().splitlines())


def test_publish_makes_a_generation_that_others_can_read(embedded: WritableStore, tmp_path: Path) -> None:
    store = embedded
    store.load(graph(10))
    generation = store.publish(tmp_path / "g", {"cursor": "7"})
    current = Generations(tmp_path / "g").current()
    assert current == generation
    assert current is not None
    assert current.note == {"cursor": "7"}
    assert current.age < 60
    assert len(ox.Store.read_only(str(current.path))) == store.count()


def test_there_is_one_writer(disk: OxigraphStore) -> None:
    with pytest.raises(StoreLocked):
        open_store(disk.path)


def test_orphans_of_a_killed_bulk_load_are_removed_before_opening(tmp_path: Path) -> None:
    open_store(tmp_path / "store").close()
    orphan = tmp_path / "store" / "bulk-123.sst"
    orphan.write_bytes(b"half")
    store = open_store(tmp_path / "store")
    assert not orphan.exists()
    store.close()
    store.close()  # twice is no error


LOADER = """
import sys
from sparql import open_store
store = open_store(sys.argv[1])
store.load(b"<http://a> <http://b> <http://acknowledged> .\\n")
store.flush()
print("flushed", flush=True)
lines = "".join(f"<http://s/{n}> <http://p> <http://o/{n}> .\\n" for n in range(400_000)).encode()
print("loading", flush=True)
store.load(lines)
print("loaded", flush=True)
"""


def test_kill_9_in_a_bulk_load_leaves_what_was_acknowledged_and_nothing_half(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", LOADER, str(tmp_path / "store")], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"flushed\n"
        assert process.stdout.readline() == b"loading\n"
        time.sleep(0.7)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        finished = process.stdout.read() != b""
    assert not finished, "the load was over before the kill: the test shows nothing"
    began = time.monotonic()
    store = open_store(tmp_path / "store")
    assert time.monotonic() - began < 10
    assert store.count() == 1
    assert not list((tmp_path / "store").glob("bulk-*.sst"))
    store.close()


def test_a_generation_stays_while_a_reader_is_on_it(disk: OxigraphStore, generations: Generations) -> None:
    first = disk.publish(generations.folder)
    lease = Lease(first.path)
    second = disk.publish(generations.folder)
    assert generations.numbers() == [first.number, second.number]
    lease.close()
    third = disk.publish(generations.folder)
    assert generations.numbers() == [third.number]
    with pytest.raises(FileNotFoundError):
        Lease(first.path)


def test_what_a_killed_publisher_left_is_swept(disk: OxigraphStore, generations: Generations) -> None:
    assert generations.current() is None
    assert generations.numbers() == []
    (generations.folder / "making-1" / "store").mkdir(parents=True)
    (generations.folder / "leaving-0").mkdir()
    made = disk.publish(generations.folder)
    assert sorted(os.listdir(generations.folder)) == [str(made.number), "current"]


def test_the_snapshot_is_hard_links_not_a_copy(disk: OxigraphStore, generations: Generations) -> None:
    disk.load(graph(200))
    generation = disk.publish(generations.folder)
    assert max(file.stat().st_nlink for file in generation.path.glob("*.sst")) > 1


def test_loading_and_serving_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sparql.__main__.PART", 1000)
    (tmp_path / "a.nq").write_bytes(graph(50))
    (tmp_path / "bad.nq").write_bytes(b"nonsense\n")
    assert main(["load", str(tmp_path / "hub"), str(tmp_path / "a.nq")]) == 0
    current = Generations(tmp_path / "hub" / "generations").current()
    assert current is not None
    assert len(ox.Store.read_only(str(current.path))) == 251
    assert main(["load", str(tmp_path / "hub"), str(tmp_path / "bad.nq")]) == 3
    with contextlib.closing(open_store(tmp_path / "hub" / "store")):
        assert main(["load", str(tmp_path / "hub"), str(tmp_path / "a.nq")]) == 3  # somebody else writes
