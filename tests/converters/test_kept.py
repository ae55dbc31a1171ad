"""What is kept between records is bounded by its length, too."""

from __future__ import annotations

import tracemalloc

import pytest

from converters import kept
from converters.marc import Damaged
from converters.stream import described

LENGTH = 60_000


def test_all_is_forgotten_after_so_much_input() -> None:
    asked: list[str] = []

    @kept.kept(8)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    assert [length("a"), length("a"), length("b")] == [1, 1, 1]
    assert asked == ["a", "b"]
    kept.read(kept.INPUT)
    assert length("a") == 1
    assert asked == ["a", "b", "a"]


def test_records_of_long_texts_leave_no_more_than_short_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "INPUT", 2 * 1024 * 1024)
    kept.read(kept.INPUT)

    def record(n: int) -> bytes:
        text = f"{n} dài " * (LENGTH // 8)
        return (
            f'<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">{n}</controlfield>'
            f'<datafield tag="245" ind1="0" ind2="0"><subfield code="a">{text}</subfield></datafield></record>'
        ).encode()

    class Records:
        """110 of them, made one by one: all of a stream that is asked for."""

        n = 0

        def read(self, size: int) -> bytes:
            self.n += 1
            return b"<collection>" if self.n == 1 else record(self.n) if self.n <= 110 else b""

    tracemalloc.start()
    try:
        for found in described(Records()):  # type: ignore[arg-type]  # see its text
            assert not isinstance(found, Damaged) or found.data == b""
            if not isinstance(found, Damaged):
                found.description.ntriples("http://b/")
                found.description.release()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * kept.INPUT
