"""The source of the demo consortium: works and editions as a person writes them, read from ``source/*.txt``.

A block is a work and the editions under it::

    work kieu
    author nguyen-du
    title Truyện Kiều
    lang vie
    ddc 895.92212
    subject Thơ Nôm
    lcsh Epic poetry, Vietnamese
    genre Truyện thơ
    - Truyện Kiều / Nguyễn Du ; Đào Duy Anh hiệu khảo | Hà Nội : Văn học, 1979 | 252 tr. ; 19 cm | | NLV*2 BNP
      @ dao-duy-anh ann
      lang eng<vie
      + 500 ## $aChính văn bằng chữ quốc ngữ
      +GSL 866 41 $av. 1-3

An edition line has title / responsibility, place : publisher, year, extent ; size, ISBN, and the members that hold it
with the number of copies. The lines under it: ``@`` adds an agent with a relator code, ``+`` a MARC field
(``+NLV,VNU`` only for these members), ``also`` the text of a field in another script (880), ``mfhd`` a field of the
separate holdings record; other words set a value (``lang``, ``type``, ``country``, ``edition``, ``series``, ``vol``,
``note``, ``summary``, ``007``, ``008``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).parent / "source"

_MANY = ("subject", "lcsh", "genre", "note", "series", "place", "person", "mfhd", "also")


@dataclass(frozen=True, slots=True)
class Agent:
    """A row of agents.tsv. ``direct`` is the name as Vietnamese libraries write it, ``inverted`` as LC does."""

    key: str
    kind: str
    direct: str
    inverted: str
    dates: str
    variants: tuple[str, ...]
    script: str
    note: str


@dataclass(slots=True)
class Raw:
    """A MARC field written out, for the members named (all when empty)."""

    members: frozenset[str]
    line: str


@dataclass(slots=True)
class Edition:
    """One edition with its work's values beneath its own; ``holders`` are member and number of copies."""

    work: Work
    title: str
    responsibility: str
    places: str
    publisher: str
    date: str
    extent: str
    size: str
    isbn: str
    holders: list[tuple[str, int]]
    values: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    agents: list[tuple[str, str]] = field(default_factory=list)
    raw: list[Raw] = field(default_factory=list)
    where: str = ""

    def get(self, name: str, default: str = "") -> str:
        """A single value of the edition, else of its work."""
        return self.values.get(name) or self.work.values.get(name, default)

    def all(self, name: str) -> list[str]:
        """All values of a repeatable word: the work's, then the edition's."""
        return [*self.work.lists.get(name, ()), *self.lists.get(name, ())]


@dataclass(slots=True)
class Work:
    """A work: its key and its values."""

    key: str
    values: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)


def agents() -> dict[str, Agent]:
    """All persons and bodies by key."""
    found: dict[str, Agent] = {}
    for line in (SOURCE / "agents.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        if not line or line.startswith("#"):
            continue
        key, kind, direct, inverted, dates, variants, script, note = (line.split("\t") + [""] * 8)[:8]
        names = tuple(v.strip() for v in variants.split(";") if v.strip())
        found[key] = Agent(key, kind, direct, inverted or direct, dates, names, script, note)
    return found


def editions() -> Iterator[Edition]:
    """All editions, in the order of the files' names and of their lines. Raises ValueError naming a bad line."""
    for path in sorted(SOURCE.glob("*.txt")):
        yield from _editions(path)


def _editions(path: Path) -> Iterator[Edition]:
    work = Work("")
    edition: Edition | None = None
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "-" or word == "work":
            if edition is not None:
                yield edition
                edition = None
            if word == "-":
                edition = _edition(work, rest, where)
            else:
                work = Work(rest)
        elif edition is None:
            _set(work.values, work.lists, word, rest)
        elif word == "@":
            key, _, role = rest.partition(" ")
            edition.agents.append((key, role))
        elif word.startswith("+"):
            edition.raw.append(Raw(frozenset(word[1:].split(",")) - {""}, rest))
        else:
            _set(edition.values, edition.lists, word, rest)
    if edition is not None:
        yield edition


def _set(values: dict[str, str], lists: dict[str, list[str]], word: str, rest: str) -> None:
    if word in _MANY:
        lists.setdefault(word, []).append(rest)
    else:
        values[word] = rest


def _edition(work: Work, text: str, where: str) -> Edition:
    parts = [p.strip() for p in text.split("|")]
    if len(parts) != 5:
        raise ValueError(f"{where}: an edition has five parts, this has {len(parts)}")
    title, _, responsibility = parts[0].partition(" / ")
    places, _, rest = parts[1].partition(" : ")
    publisher, _, date = rest.rpartition(", ")
    extent, _, size = parts[2].partition(" ; ")
    holders = []
    for holder in parts[4].split():
        member, _, copies = holder.partition("*")
        holders.append((member, int(copies or 1)))
    if not (title and date and holders):
        raise ValueError(f"{where}: title, date and holders are needed")
    return Edition(
        work, title, responsibility, places, publisher, date, extent, size, parts[3], holders, where=where
    )  # fmt: skip
