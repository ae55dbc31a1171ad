"""Writes the files of the demo consortium from its source: ``python -m hub.demo.build``.

The same source gives the same bytes; the built files are shipped, and a test holds both together.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from converters.marc.record import Field, Record, record_of
from converters.marc.write import marcxml_collection, to_iso2709
from hub.demo.ansel import to_marc8
from hub.demo.cataloguing import MANNERS, Cataloguer, control_number
from hub.demo.dirty import dirty_file
from hub.demo.works import SOURCE, Agent, Edition, agents, editions

FILES = Path(__file__).parent / "files"
_SCRIPTS = ((re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"), "$1"),
            (re.compile("[\u0400-\u04ff]"), "(N"), (re.compile("[\u0590-\u05ff]"), "(2"),
            (re.compile("[\u0370-\u03ff]"), "(S"), (re.compile("[\u0600-\u06ff]"), "(3"))  # fmt: skip


def build(folder: Path = FILES) -> list[Path]:
    """Write all files into ``folder`` and return them in load order."""
    known = agents()
    clerks = {name: Cataloguer(manner, known) for name, manner in MANNERS.items()}
    bib: dict[str, list[Record]] = {name: [] for name in MANNERS}
    marc8: list[Record] = []
    holdings: list[Record] = []
    for edition in editions():
        for name, copies in edition.holders:
            if name not in clerks:
                raise ValueError(f"{edition.where}: no member {name}")
            try:
                record = clerks[name].record(edition, name, copies)
                _other_scripts(record, edition)
            except Exception as error:
                raise ValueError(f"{edition.where}: {error}") from error
            if name == "CON" and edition.get("charset") == "marc8":
                marc8.append(record)
            else:
                bib[name].append(record)
            if clerks[name].manner.items == "mfhd":
                holdings.append(clerks[name].holdings(edition, record.control("001"), copies))
    folder.mkdir(exist_ok=True)
    written = [
        ("nlv-authorities.mrc", _iso(authorities(known))),
        ("nlv.mrc", _iso(bib["NLV"])),
        ("vnu.xml", "".join(marcxml_collection(bib["VNU"])).encode()),
        ("bacninh.mrc", _iso(bib["BNP"])),
        ("bacninh-dirty.mrc", dirty_file()),
        ("khth.mrc", _iso(bib["GSL"])),
        ("khth-holdings.mrc", _iso(holdings)),
        ("nhacvien.mrc", _iso(bib["CON"])),
        ("nhacvien-marc8.mrc", b"".join(map(to_marc8, marc8))),
    ]
    paths = []
    for name, data in written:
        (folder / name).write_bytes(data)
        paths.append(folder / name)
    return paths


def records_by_edition() -> list[tuple[Edition, list[tuple[str, str]]]]:
    """The known truth of the demo: each edition with its records, as (member code, control number).

    What identity should find out from the records alone.
    """
    found = []
    numbered = dict.fromkeys(MANNERS, 0)
    for edition in editions():
        records = []
        for name, _ in edition.holders:
            numbered[name] += 1
            records.append((MANNERS[name].member, control_number(MANNERS[name], numbered[name])))
        found.append((edition, records))
    return found


def _iso(records: Iterable[Record]) -> bytes:
    return b"".join(map(to_iso2709, records))


def _other_scripts(record: Record, edition: Edition) -> None:
    """Pair each ``also`` line with its field: $6 in both, the 880 with the field's indicators (MARC 21 Appendix A)."""
    for n, line in enumerate(edition.all("also"), 1):
        tag, _, text = line.partition(" ")
        field = next((f for f in record.fields if re.fullmatch(tag.replace("X", "."), f.tag)), None)
        if field is None:
            raise ValueError(f"no field {tag} to stand beside {text!r}")
        script = next((code for pattern, code in _SCRIPTS if pattern.search(text)), "")
        linked = f"{field.tag}-{n:02d}" + (f"/{script}" if script else "")
        field.subfields.insert(0, ("6", f"880-{n:02d}"))
        parts = [("6", linked)] + [(p[0], p[1:]) for p in text.split("$") if p]
        record.fields.append(Field("880", field.ind1, field.ind2, parts))
    record.fields.sort(key=lambda f: f.tag)


def authorities(known: dict[str, Agent]) -> Iterable[Record]:
    """The national library's authority records: names with their variants and scripts, then subjects."""
    number = 0
    coded = "n| azannaabn          |a aaa     d"
    for agent in known.values():
        if not agent.variants and not agent.script:
            continue
        number += 1
        tag, ind = {"p": ("00", "0"), "c": ("10", "2"), "m": ("11", "2")}[agent.kind]
        name, other = (agent.direct, agent.inverted)
        ind1 = "1" if agent.kind == "p" and "," in name else ind
        dates = f",$d{agent.dates}" if agent.dates else ""
        lines = [
            f"001 nlva{number:06d}",
            "003 VN-NLV",
            f"005 2023{1 + number % 12:02d}01090000.0",
            f"008 080514{coded}",
            "040 ## $aVN-NLV$bvie$erda",
            f"1{tag} {ind1}# $a{name}{dates}",
        ]
        if agent.kind == "p":
            lines.append("375 ## $anam" if agent.note.startswith("Ông") else "368 ## $cTác giả")
        if other != name:
            lines.append(f"4{tag} 1# $a{other}{dates}")
        lines += [f"4{tag} {'1' if ',' in v else ind}# $a{v}" for v in agent.variants]
        lines.append(f"670 ## $aThư mục quốc gia Việt Nam$b({name})")
        if agent.note:
            lines.append(f"678 0# $a{agent.note}")
        if agent.script:
            lines = [re.sub(rf"^(1{tag} ..) ", r"\1 $6880-01", line) for line in lines]
            lines.append(f"880 {ind1}# $61{tag}-01/$1$a{agent.script}{dates}")
        record = record_of("\n".join(lines), leader="00000nz  a2200000n  4500")
        yield record
    for row in (SOURCE / "subjects.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        tag, heading, variants, broader, lcsh = (row.split("\t") + [""] * 5)[:5]
        number += 1
        second = tag[1:]
        lines = [
            f"001 nlva{number:06d}",
            "003 VN-NLV",
            f"005 2023{1 + number % 12:02d}02090000.0",
            f"008 080514{coded}",
            "040 ## $aVN-NLV$bvie$fBộ TK TVQG",
            f"1{second} ## $a{heading}",
            *[f"4{second} ## $a{v.strip()}" for v in variants.split(";") if v.strip()],
            *[f"5{second} ## $wg$a{b.strip()}" for b in broader.split(";") if b.strip()],
            *([f"7{second} #0 $a{lcsh}"] if lcsh else []),
        ]
        yield record_of("\n".join(lines), leader="00000nz  a2200000n  4500")


if __name__ == "__main__":
    for path in build():
        sys.stdout.write(f"{path}\n")
