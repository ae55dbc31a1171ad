"""How each member of the demo catalogues: one edition becomes a MARC record in the member's own manner.

The five differ as real libraries do: AACR2 or RDA, 260 or 264, ISBD punctuation or none, ``Văn học`` or
``Nxb. Văn học``, ISBN-10 or ISBN-13, direct or inverted Vietnamese names, copies in 852, in Koha's 952 or in separate
holdings records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stdnum import isbn as isbn_number

from converters.marc.record import Record, record_of
from hub.demo.works import Agent, Edition
from ontologies.codes import label

_TYPES = {
    # leader/06: content, media, carrier and the words of 33X in Vietnamese
    "a": ("txt", "n", "nc"),
    "c": ("ntm", "n", "nc"),
    "e": ("cri", "n", "nb"),
    "g": ("tdi", "v", "vd"),
    "i": ("spw", "s", "sd"),
    "j": ("prm", "s", "sd"),
    "k": ("sti", "n", "nb"),
    "m": ("cop", "c", "cd"),
    "t": ("txt", "n", "nc"),
}

_MUSIC = "uun              "
_DETAIL = {
    # 008/18-34 by leader/06, s for serials
    "a": "           000 0 ",
    "t": "           000 0 ",
    "s": "ur p       0   a0",
    "e": "       a     0   ",
    "c": _MUSIC,
    "i": _MUSIC,
    "j": _MUSIC,
    "g": "nnn              ",
    "k": "nnn              ",
}


@dataclass(frozen=True, slots=True)
class Manner:
    """One member's cataloguing: see the module's text. ``items`` is ``852``, ``952`` or ``mfhd``."""

    member: str
    prefix: str
    rda: bool
    isbd: bool
    publisher: str
    isbn: str
    inverted: bool
    dates: bool
    items: str
    shelves: tuple[str, ...]
    barcode: str
    english: bool = False
    relator_code: bool = False


MANNERS: dict[str, Manner] = {
    "NLV": Manner("VN-NLV", "nlv", True, False, "{}", "13", False, True, "852", ("Kho đọc", "Kho lưu chiểu"), "VV"),
    "VNU": Manner(
        "VN-VNU",
        "vnu",
        True,
        True,
        "Nhà xuất bản {}",
        "13",
        True,
        True,
        "952",
        ("Phòng đọc", "Phòng mượn"),
        "0000",
        relator_code=True,
    ),
    "BNP": Manner("VN-BNP", "bnp", False, True, "{}", "hyphens", False, False, "952", ("Kho mượn",), "BN"),
    "GSL": Manner("VN-GSL", "gsl", False, True, "Nxb. {}", "10", False, True, "mfhd", ("Kho kín", "Phòng đọc"), "KHTH"),
    "CON": Manner("VN-CON", "nv", True, True, "{}", "13", True, True, "852", ("Kho âm nhạc",), "NV", english=True),
}
"""The members' manners by the short name that the source uses."""

_HOUSES = frozenset(
    {
        "Bản đồ",
        "Chính trị Quốc gia",
        "Giáo dục",
        "Hồng Đức",
        "Hội Nhà văn",
        "Khoa học và Kỹ thuật",
        "Khoa học xã hội",
        "Kim Đồng",
        "Lao động",
        "Phụ nữ",
        "Quân đội nhân dân",
        "Sự thật",
        "Thanh niên",
        "Thế giới",
        "Thống kê",
        "Tri thức",
        "Trẻ",
        "Tài nguyên - Môi trường và Bản đồ Việt Nam",
        "Tư pháp",
        "Tổng hợp Thành phố Hồ Chí Minh",
        "Văn hóa Thông tin",
        "Văn học",
        "Văn nghệ",
        "Y học",
        "Âm nhạc",
        "Đà Nẵng",
        "Đại học Quốc gia Hà Nội",
    }
)
"""Publishers that some members write with the word *Nhà xuất bản* before the name."""
_ABBREVIATED = {"Hà Nội": "H.", "Thành phố Hồ Chí Minh": "Tp. Hồ Chí Minh"}


def isbn_of(text: str) -> str:
    """A full ISBN-13 from twelve digits (the check digit is computed) or from an ISBN that must be right."""
    digits = text.replace("-", "")
    if len(digits) == 12:
        return digits + str((10 - sum(int(d) * (1, 3)[n % 2] for n, d in enumerate(digits)) % 10) % 10)
    return str(isbn_number.to_isbn13(isbn_number.validate(digits)))


def control_number(manner: Manner, count: int) -> str:
    """The control number of a member's record by its place in the member's file, from 1."""
    return f"{manner.prefix}{count:06d}"


class Cataloguer:
    """Makes the records of one member, numbering them as they come."""

    def __init__(self, manner: Manner, known: dict[str, Agent]) -> None:
        self.manner = manner
        self.known = known
        self.count = 0
        self.copies = 0

    def record(self, edition: Edition, name: str, copies: int) -> Record:
        """The bibliographic record of an edition, with its copies when they stand in it."""
        self.count += 1
        number = control_number(self.manner, self.count)
        kind = edition.get("type", "am")
        lines = [f"001 {number}", f"003 {self.manner.member}", f"005 {self._changed()}"]
        lines += [f"007 {v}" for v in (edition.get("007"),) if v]
        lines.append(f"008 {self._coded(edition, kind)}")
        lines += self._numbers(edition)
        lines += self._access(edition)
        lines += self._description(edition, kind)
        lines += self._subjects(edition)
        lines += [raw.line for raw in edition.raw if not raw.members or name in raw.members]
        if self.manner.items == "852":
            lines += self._local_852(edition, copies)
        elif self.manner.items == "952":
            lines += self._koha(edition, copies)
        description = ("i" if self.manner.isbd else "c") if self.manner.rda else "a"
        leader = f"00000n{kind} a22000007{description} 4500"
        if edition.get("vol"):
            leader = leader[:19] + ("c" if self.manner.rda else " ") + leader[20:]
        record = record_of("\n".join(lines), leader=leader)
        record.fields.sort(key=lambda f: f.tag)
        return record

    def holdings(self, edition: Edition, number: str, copies: int) -> Record:
        """The separate MARC holdings record of an edition (004 links it)."""
        serial = edition.get("type", "am")[1] == "s"
        lines = [
            f"001 {number}h",
            f"004 {number}",
            f"005 {self._changed()}",
            "008 1805140u    8   1001uuvie0180514",
        ]
        shelf = self.manner.shelves[self.copies % len(self.manner.shelves)]
        lines.append(f"852 1# $a{self.manner.member}$c{shelf}$h{self._ddc(edition)}$i{_cutter(edition)}")
        lines += edition.lists.get("mfhd", [])
        for n in range(0 if serial else copies):
            self.copies += 1
            lines.append(f"876 ## $80$a{self.copies}$p{self.manner.barcode}{self.copies:06d}$t{n + 1}")
        record = record_of("\n".join(lines), leader=f"00000n{'y' if serial else 'x'}  a22000004n 4500")
        record.fields.sort(key=lambda f: f.tag)
        return record

    def _changed(self) -> str:
        return f"2024{1 + self.count % 12:02d}{1 + self.count % 28:02d}083000.0"

    def _coded(self, edition: Edition, kind: str) -> str:
        first, _, last = edition.date.strip("[]?.c©").partition("-")
        first = first.strip("[]?")[:4].ljust(4, "u")
        if kind[1] == "s":
            dates = ("d" if last else "c") + first + (last or "9999")
        elif last:
            dates = "m" + first + last
        else:
            dates = "s" + first + "    "
        language = edition.get("lang", "vie").partition("<")[0].split("+")[0]
        form = "s" if kind[1] == "s" else kind[0]
        detail = _DETAIL.get(form, _DETAIL["a"])
        for part in edition.get("008").split():
            place, _, value = part.partition("=")
            at = int(place) - 18
            detail = detail[:at] + value.replace("#", " ") + detail[at + len(value) :]
        if len(detail) != 17:
            raise ValueError("008/18-34 must have seventeen characters")
        return f"{240101 + self.count % 28:06d}{dates}{edition.get('country', 'vm').ljust(3)}{detail}{language} d"

    def _numbers(self, edition: Edition) -> Iterator[str]:
        if edition.isbn:
            full = isbn_of(edition.isbn)
            shown = full
            if self.manner.isbn == "10" and full.startswith("978") and edition.date < "2007":
                shown = isbn_number.to_isbn10(full)
            elif self.manner.isbn == "hyphens":
                shown = isbn_number.format(full)
            price = edition.get("price")
            yield f"020 ## $a{shown}" + (f"$c{price}" if price else "")
        yield f"040 ## $a{self.manner.member}$bvie" + ("$erda" if self.manner.rda else "$eaacr2")
        language, _, original = edition.get("lang", "vie").partition("<")
        if original or "+" in language:
            codes = "".join(f"$a{code}" for code in language.split("+"))
            yield f"041 {'1' if original else '0'}# {codes}" + (f"$h{original}" if original else "")
        else:
            yield f"041 0# $a{language}"
        if self._ddc(edition):
            yield f"082 04 $223$a{self._ddc(edition)}$b{_cutter(edition)}"

    def _ddc(self, edition: Edition) -> str:
        return edition.get("ddc")

    def name(self, key: str) -> tuple[str, str, str]:
        """Tag ending, first indicator and subfields of an agent's heading in this member's manner."""
        agent = self.known[key]
        western = "," in agent.direct
        name = agent.inverted if self.manner.inverted or western else agent.direct
        ind = {"p": "1" if "," in name else "0", "c": "2", "m": "2"}[agent.kind]
        ending = {"p": "00", "c": "10", "m": "11"}[agent.kind]
        if agent.kind == "c" and ". " in name and not name.endswith("."):
            first, _, unit = name.partition(". ")
            name = f"{first}.$b{unit}"
            ind = "1"
        if agent.dates and self.manner.dates:
            comma = "," if self.manner.isbd or western else ""
            return ending, ind, f"$a{name}{comma}$d{agent.dates}"
        return ending, ind, f"$a{name}"

    def _access(self, edition: Edition) -> Iterator[str]:
        author = edition.get("author")
        if author:
            ending, ind, text = self.name(author)
            role = edition.get("role", "aut")
            yield f"1{ending} {ind}# {text}{self._role(role, text)}"
        original = edition.get("lang", "vie").partition("<")[2]
        uniform = edition.get("title")
        if uniform and (original or edition.get("uniform")):
            language = label("languages", edition.get("lang").partition("<")[0].partition("+")[0], "vi") or ""
            spoken = language[:1].upper() + language[1:]
            stop = "." if self.manner.isbd else ""
            tail = f"{stop}$l{spoken}" if original else ""
            yield f"{'240 10' if author else '130 0#'} $a{uniform}{tail}"
        for key, role in edition.agents:
            ending, ind, text = self.name(key)
            yield f"7{ending} {ind}# {text}{self._role(role, text)}"

    def _role(self, role: str, text: str) -> str:
        if not role or (role == "aut" and not self.manner.rda):
            return ""
        if self.manner.relator_code:
            return f"$4{role}"
        word = (label("relators", role, "en" if self.manner.english else "vi") or role).removeprefix("người ")
        return (",$e" if self.manner.isbd and not text.endswith("-") else "$e") + word

    def _description(self, edition: Edition, kind: str) -> Iterator[str]:
        manner, isbd = self.manner, self.manner.isbd
        title, _, rest = edition.title.partition(" : ")
        title, _, parallel = title.partition(" = ")
        parts = f"$a{title}"
        if edition.get("vol"):
            number, _, name = edition.get("vol").partition(" = ")
            parts += (f".$n{number}" if isbd else f"$n{number}") + (
                (f",$p{name}" if isbd else f"$p{name}") if name else ""
            )
        if parallel:
            parts += (" =$b" if isbd else "$b= ") + parallel
        if rest:
            parts += (" :$b" if isbd and not parallel else " : " if parallel else "$b") + rest
        if edition.responsibility:
            parts += (" /$c" if isbd else "$c") + edition.responsibility + ("." if isbd else "")
        skip = edition.get("nonfiling", "0")
        yield f"245 {'1' if edition.get('author') else '0'}{skip} {parts}"
        if parallel:
            yield f"246 31 $a{parallel}"
        if edition.get("edition"):
            yield f"250 ## $a{edition.get('edition')}"
        house = edition.publisher
        if house in _HOUSES:
            house = manner.publisher.format(house)
        place = edition.places
        if not manner.rda:
            place = _ABBREVIATED.get(place, place)
        tag = "264 #1" if manner.rda else "260 ##"
        date = edition.date + ("-" if kind[1] == "s" and "-" not in edition.date else "")
        yield f"{tag} $a{place}" + (" :$b" if isbd else "$b") + house + (",$c" if isbd else "$c") + date
        extent = edition.extent
        if manner.rda and manner.isbd:
            extent = re.sub(r"\btr\.", "trang", extent)
        physical, _, other = extent.partition(" : ")
        text = f"300 ## $a{physical}"
        if other:
            text += (" :$b" if isbd else "$b") + other
        if edition.size:
            text += (" ;$c" if isbd else "$c") + edition.size
        yield text
        if manner.rda:
            content, media, carrier = edition.get("rda").split() if edition.get("rda") else _TYPES[kind[0]]
            language = "en" if manner.english else "vi"
            for tag3, name, code, source in (
                ("336", "contentTypes", content, "rdacontent"),
                ("337", "mediaTypes", media, "rdamedia"),
                ("338", "carriers", carrier, "rdacarrier"),
            ):
                yield f"{tag3} ## $a{label(name, code, language)}$b{code}$2{source}"
        for series in edition.all("series"):
            name, _, number = series.partition(" ; ")
            yield f"490 0# $a{name}" + ((" ;$v" if isbd else "$v") + number if number else "")
        for note in edition.all("note"):
            yield f"500 ## $a{note}"
        if edition.get("summary"):
            yield f"520 ## $a{edition.get('summary')}"

    def _subjects(self, edition: Edition) -> Iterator[str]:
        source = "Bộ TK TVQG"
        for text in edition.all("subject"):
            yield f"650 #7 {_divided(text)}$2{source}"
        for text in edition.all("place"):
            yield f"651 #7 {_divided(text)}$2{source}"
        if self.manner.rda or self.manner.member == "VN-GSL":
            for text in edition.all("lcsh"):
                yield f"650 #0 {_divided(text)}"
        for key in edition.all("person"):
            ending, ind, text = self.name(key)
            yield f"6{ending} {ind}7 {text}$2{source}"
        for text in edition.all("genre"):
            yield f"655 #7 $a{text}$2{source}"

    def _local_852(self, edition: Edition, copies: int) -> Iterator[str]:
        for n in range(copies):
            shelf = self.manner.shelves[n % len(self.manner.shelves)]
            self.copies += 1
            barcode = f"{self.manner.barcode}{self.copies:06d}"
            mark = f"$h{self._ddc(edition)}$i{_cutter(edition)}"
            yield f"852 1# $a{self.manner.member}$c{shelf}{mark}$p{barcode}$t{n + 1}"

    def _koha(self, edition: Edition, copies: int) -> Iterator[str]:
        branches = {"VN-VNU": ("TT", "KHTN"), "VN-BNP": ("BN",)}[self.manner.member]
        for n in range(copies):
            self.copies += 1
            branch = branches[self.copies % len(branches)]
            state = {0: "$q2024-12-01", 3: "$71", 5: "$11"}.get(self.copies % 9, "$70")
            yield (
                f"952 ## $00$2ddc$a{branch}$b{branch}$c{self.manner.shelves[n % len(self.manner.shelves)]}"
                f"$d20{10 + self.copies % 14}-05-14$o{self._ddc(edition)} {_cutter(edition)}"
                f"$p{self.manner.barcode}{self.copies:07d}$t{n + 1}$ySACH{state}"
            )


def _divided(text: str) -> str:
    """``Văn học--Việt Nam`` as $a and subdivisions: years as $y, capitalised places as $z, others as $x."""
    first, *rest = text.split("--")
    out = f"$a{first}"
    for part in rest:
        kind, _, value = part.partition("=") if part[1:2] == "=" else ("x", "", part)
        out += f"${kind}{value}"
    return out


def _cutter(edition: Edition) -> str:
    """The book number: two letters and a figure from the title's first word, a letter of the next."""
    words = re.sub(r"[^\w ]", "", edition.title).split()
    first = words[0].upper()
    letters = re.match(r"\D{0,2}", first)
    start = (letters.group() if letters else "") or first[0]
    number = 100 + sum(ord(c) for c in first) % 900
    return f"{start}{number}" + (words[1][0].upper() if len(words) > 1 else "")
