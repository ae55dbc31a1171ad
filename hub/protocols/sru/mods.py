"""A MARC record as MODS 3.6: for those who want more than Dublin Core and less than MARC.

After the Library of Congress's mapping "MARC to MODS 3.6", its common part: titles, names with roles, origin, language,
extent, notes, subjects, classification, related items, identifiers, location and the record's own data.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from converters.marc.record import Field, Record

NAMESPACE = "http://www.loc.gov/mods/v3"
VERSION = "3.6"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_END = re.compile(r"[\s/:;,=]+$")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TYPES = {
    "a": "text", "t": "text", "c": "notated music", "d": "notated music", "e": "cartographic", "f": "cartographic",
    "g": "moving image", "i": "sound recording-nonmusical", "j": "sound recording-musical", "k": "still image",
    "m": "software, multimedia", "o": "mixed material", "p": "mixed material", "r": "three dimensional object",
}  # fmt: skip
_ISSUANCE = {"m": "monographic", "a": "monographic", "c": "monographic", "s": "continuing", "b": "serial",
             "i": "integrating resource"}  # fmt: skip
_NAMES = {"00": "personal", "10": "corporate", "11": "conference"}
_DATES = re.compile("[12][0-9u]{3}")
_CODE = re.compile("[a-z]{2,3}")
_AUTHORITIES = {"0": "lcsh", "1": "lcshac", "2": "mesh", "5": "csh", "6": "rvm"}


def _nsmap() -> Any:  # Any: lxml takes None as the default prefix, its stubs do not
    return {None: NAMESPACE, "xsi": _XSI}


def mods(record: Record, uri: str) -> etree._Element:
    """The ``mods`` element; ``uri`` is the Instance's."""
    return _Mods(record, uri).root


class _Mods:
    def __init__(self, record: Record, uri: str) -> None:
        self.record = record
        self.root = etree.Element(f"{{{NAMESPACE}}}mods", nsmap=_nsmap(), version=VERSION)
        self.root.set(f"{{{_XSI}}}schemaLocation", f"{NAMESPACE} http://www.loc.gov/standards/mods/v3/mods-3-6.xsd")
        self.titles()
        for field in record.all("100", "110", "111", "700", "710", "711"):
            if not field.get("t"):
                self.name(self.root, field, primary=field.tag[0] == "1")
        self.kind()
        self.origin()
        self.languages()
        self.description()
        self.subjects()
        self.related()
        self.identifiers(uri)
        self.place()
        self.about()

    def add(
        self, parent: etree._Element, name: str, text: str | None = None, **attributes: str
    ) -> etree._Element | None:
        """A child; nothing when a text is asked for and there is none."""
        if text is not None:
            text = _END.sub("", " ".join(_NOT_XML.sub("", text).split()))
            if not text:
                return None
        made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", {k: v for k, v in attributes.items() if v})
        made.text = text
        return made

    def group(self, name: str, **attributes: str) -> etree._Element:
        return etree.SubElement(self.root, f"{{{NAMESPACE}}}{name}", {k: v for k, v in attributes.items() if v})

    def titles(self) -> None:
        for field in self.record.all("245", "246", "130", "240", "730"):
            main = " ".join(field.all("afgk"))
            if not main.strip():
                continue
            kind = {"245": "", "246": "alternative"}.get(field.tag, "uniform")
            info = self.group("titleInfo", type=kind)
            skip = int(field.ind2) if field.tag in ("245", "240") and field.ind2 in "123456789" else 0
            if skip and skip < len(main):
                self.add(info, "nonSort", main[:skip])
                main = main[skip:]
            self.add(info, "title", main)
            self.add(info, "subTitle", " ".join(field.all("b")))
            self.add(info, "partNumber", " ".join(field.all("n")))
            self.add(info, "partName", " ".join(field.all("p")))

    def name(self, parent: etree._Element, field: Field, *, primary: bool = False) -> None:
        kind = _NAMES[field.tag[1:]]
        main = field.all("a") if kind == "personal" else field.all("ab")
        if not "".join(main).strip():
            return
        made = etree.SubElement(parent, f"{{{NAMESPACE}}}name", type=kind)
        if primary:
            made.set("usage", "primary")
        for text in main:
            self.add(made, "namePart", text)
        if kind == "personal":
            for text in field.all("bc"):
                self.add(made, "namePart", text, type="termsOfAddress")
        self.add(made, "namePart", " ".join(field.all("d")), type="date" if kind == "personal" else "")
        roles = [(text, "text", "") for text in field.all("e")]
        roles += [(text, "code", "marcrelator") for text in field.all("4") if _CODE.fullmatch(text)]
        for text, form, authority in roles:
            role = etree.SubElement(made, f"{{{NAMESPACE}}}role")
            if self.add(role, "roleTerm", text.rstrip("."), type=form, authority=authority) is None:
                made.remove(role)

    def kind(self) -> None:
        code = self.record.leader[6]
        if code in _TYPES:
            found = self.group("typeOfResource", manuscript="yes" if code in "dft" else "")
            found.text = _TYPES[code]
        for field in self.record.all("655"):
            self.add(self.root, "genre", " -- ".join(field.all("avxyz")), authority=_authority(field))

    def origin(self) -> None:
        info = self.group("originInfo")
        fixed = self.record.control("008")
        country = fixed[15:18].strip(" #|")
        if _CODE.fullmatch(country):
            place = etree.SubElement(info, f"{{{NAMESPACE}}}place")
            self.add(place, "placeTerm", country, type="code", authority="marccountry")
        imprints = [f for f in self.record.all("260", "264") if f.tag == "260" or f.ind2 in "1 "]
        for field in imprints:
            for text in field.all("a"):
                place = etree.SubElement(info, f"{{{NAMESPACE}}}place")
                if self.add(place, "placeTerm", text, type="text") is None:
                    info.remove(place)
            for text in field.all("b"):
                self.add(info, "publisher", text)
            for text in field.all("c"):
                self.add(info, "dateIssued", text)
        if _DATES.fullmatch(fixed[7:11]):
            ranged = fixed[6:7] in "cdumiq" and _DATES.fullmatch(fixed[11:15])
            self.add(info, "dateIssued", fixed[7:11], encoding="marc", point="start" if ranged else "")
            if ranged:
                self.add(info, "dateIssued", fixed[11:15], encoding="marc", point="end")
        for text in self.record.values("250", "ab"):
            self.add(info, "edition", text)
        self.add(info, "issuance", _ISSUANCE.get(self.record.leader[7], ""))
        if not len(info):
            self.root.remove(info)

    def languages(self) -> None:
        found = [self.record.control("008")[35:38]]
        found += [t[n : n + 3] for t in self.record.values("041", "ad") for n in range(0, len(t), 3)]
        for code in dict.fromkeys(found):
            if re.fullmatch("[a-z]{3}", code) and code not in ("und", "zxx"):
                self.add(self.group("language"), "languageTerm", code, type="code", authority="iso639-2b")

    def description(self) -> None:
        for field in self.record.all("300"):
            physical = self.group("physicalDescription")
            if self.add(physical, "extent", " ".join(field.all("abce3"))) is None:
                self.root.remove(physical)
        for name, tag, codes in (("abstract", "520", "ab"), ("tableOfContents", "505", "agrt")):
            for field in self.record.all(tag):
                self.add(self.root, name, " ".join(field.all(codes)))
        for text in self.record.values("521", "a"):
            self.add(self.root, "targetAudience", text)
        for text in self.record.values("245", "c"):
            self.add(self.root, "note", text, type="statement of responsibility")
        for tag, kind in (("500", ""), ("502", "thesis"), ("504", "bibliography"), ("546", "language")):
            for field in self.record.all(tag):
                self.add(self.root, "note", " ".join(field.all("abcdg")), type=kind)

    def subjects(self) -> None:
        for field in self.record.all("600", "610", "611", "630", "648", "650", "651", "653"):
            subject = self.group("subject", authority=_authority(field) if field.tag != "653" else "")
            if field.tag in ("600", "610", "611"):
                self.name(subject, field)
            elif field.tag == "630":
                info = etree.SubElement(subject, f"{{{NAMESPACE}}}titleInfo")
                if self.add(info, "title", " ".join(field.all("afgknp"))) is None:
                    subject.remove(info)
            else:
                main = {"648": "temporal", "651": "geographic"}.get(field.tag, "topic")
                for text in field.all("a" if field.tag in ("648", "651", "653") else "ab"):
                    self.add(subject, main, text)
            for code, text in field.subfields:
                part = {"x": "topic", "y": "temporal", "z": "geographic", "v": "genre"}.get(code)
                if part is not None and field.tag != "653":
                    self.add(subject, part, text)
            if not len(subject):
                self.root.remove(subject)
        for tag, authority in (("050", "lcc"), ("060", "nlm"), ("080", "udc"), ("082", "ddc")):
            for field in self.record.all(tag):
                edition = (field.get("2") or "") if tag == "082" else ""
                self.add(
                    self.root, "classification", " ".join(field.all("ab")), authority=authority, edition=edition.strip()
                )

    def related(self) -> None:
        kinds = {"490": "series", "773": "host", "776": "otherFormat", "780": "preceding", "785": "succeeding"}
        for field in self.record.all(*kinds):
            title = " ".join(field.all("av" if field.tag == "490" else "t"))
            item = self.group("relatedItem", type=kinds[field.tag])
            info = etree.SubElement(item, f"{{{NAMESPACE}}}titleInfo")
            if self.add(info, "title", title) is None:
                item.remove(info)
            for code, kind in (("x", "issn"), ("z", "isbn")):
                for text in field.all(code):
                    self.add(item, "identifier", text, type=kind)
            if field.tag == "773":
                part = etree.SubElement(item, f"{{{NAMESPACE}}}part")
                if self.add(part, "text", " ".join(field.all("g"))) is None:
                    item.remove(part)
            if not len(item):
                self.root.remove(item)

    def identifiers(self, uri: str) -> None:
        self.add(self.root, "identifier", uri, type="uri")
        for tag, kind in (("020", "isbn"), ("022", "issn"), ("010", "lccn")):
            for text in self.record.values(tag, "a"):
                words = text.replace("-", "").split() if kind == "isbn" else text.split()
                self.add(self.root, "identifier", words[0] if words else "", type=kind)

    def place(self) -> None:
        for field in self.record.all("852"):
            location = self.group("location")
            self.add(location, "physicalLocation", " ".join(field.all("ab")))
            self.add(location, "shelfLocator", " ".join(field.all("hijkm")))
            if not len(location):
                self.root.remove(location)
        for text in self.record.values("856", "u"):
            if text.startswith(("http://", "https://")):
                self.add(self.group("location"), "url", text)

    def about(self) -> None:
        info = self.group("recordInfo")
        self.add(info, "recordContentSource", " ".join(self.record.values("040", "a")))
        entered = self.record.control("008")[:6]
        if entered.isascii() and entered.isdecimal():
            self.add(info, "recordCreationDate", entered, encoding="marc")
        self.add(info, "recordChangeDate", self.record.control("005"), encoding="iso8601")
        self.add(info, "recordIdentifier", self.record.control("001"))


def _authority(field: Field) -> str:
    if field.tag == "655" or field.ind2 == "7":
        code = (field.get("2") or "").strip()
        return code if re.fullmatch("[A-Za-z0-9/_-]+", code) else ""
    return _AUTHORITIES.get(field.ind2, "")
