"""A MARC record as the fifteen elements of Dublin Core: for those who want to find, not to catalogue.

After the Library of Congress's crosswalk "MARC to Dublin Core" (unqualified); headings keep their parts, numbers their
bare form, ISBD punctuation at the ends goes.
"""

from __future__ import annotations

import re

from converters.marc.record import Field, Record

_END = re.compile(r"[\s/:;,=]+$")
_TYPES = {
    "a": "Text", "t": "Text", "c": "Text", "d": "Text", "e": "StillImage", "f": "StillImage", "k": "StillImage",
    "g": "MovingImage", "i": "Sound", "j": "Sound", "m": "Software", "o": "PhysicalObject", "r": "PhysicalObject",
    "p": "Collection",
}  # fmt: skip
_NAME = {"100": "abcdq", "110": "abcdn", "111": "acdnq", "700": "abcdq", "710": "abcdn", "711": "acdnq", "720": "a"}
_SUBJECT = {"600": "abcdqtvxyz", "610": "abcdntvxyz", "611": "acdnqtvxyz", "630": "adfknpvxyz", "648": "avxyz",
            "650": "avxyz", "653": "a", "655": "avxyz"}  # fmt: skip
_YEAR = re.compile("[12][0-9]{3}")
_LANGUAGE = re.compile("[a-z]{3}")


def dublin_core(record: Record, uri: str) -> list[tuple[str, str]]:
    """(element, text) pairs in the order of the crosswalk, without repetition; ``uri`` is the first identifier."""
    made: list[tuple[str, str]] = []

    def say(element: str, *texts: str) -> None:
        for text in texts:
            clean = _END.sub("", " ".join(text.split()))
            if clean and (element, clean) not in made:
                made.append((element, clean))

    say("title", *(" ".join(f.all("abfgknps")) for f in record.all("245")))
    say("creator", *(_name(f) for f in record.all("100", "110", "111")))
    say("subject", *(_heading(f) for f in record.all(*_SUBJECT)))
    say("description", *record.values("520", "ab"), *record.values("505", "agrt"), *record.values("502", "abcdg"))
    say("description", *record.values("500", "a"))
    say(
        "publisher", *(text for f in record.all("260", "264") if f.tag == "260" or f.ind2 == "1" for text in f.all("b"))
    )
    say("contributor", *(_name(f) for f in record.all("700", "710", "711", "720") if not f.get("t")))
    say("date", *_dates(record))
    say("type", _TYPES.get(record.leader[6], ""))
    say("format", *(" ".join(f.all("abce")) for f in record.all("300")))
    say("identifier", uri)
    say("identifier", *(f"urn:isbn:{n}" for n in _numbers(record, "020")))
    say("identifier", *(f"urn:issn:{n}" for n in _numbers(record, "022")))
    say("identifier", *(u for u in record.values("856", "u") if u.startswith(("http://", "https://"))))
    say("source", *(" ".join(f.all("aptbc")) for f in record.all("534")))
    say("language", *_languages(record))
    say("relation", *(" ".join(f.all("apv")) for f in record.all("490", "800", "810", "811", "830")))
    say("relation", *(" ".join(f.all("at")) for f in record.all("773", "776", "780", "785")))
    say("coverage", *(" -- ".join(f.all("avxyz")) for f in record.all("651")))
    say("rights", *record.values("506", "a"), *record.values("540", "a"))
    return made


def _name(field: Field) -> str:
    return " ".join(field.all(_NAME[field.tag]))


def _heading(field: Field) -> str:
    """A subject: its main part, then its subdivisions after dashes."""
    codes = _SUBJECT[field.tag]
    main = " ".join(text for code, text in field.subfields if code in codes and code not in "vxyz")
    return " -- ".join(part for part in (main, *field.all("vxyz")) if part) if field.tag != "653" else main


def _dates(record: Record) -> list[str]:
    year = record.control("008")[7:11]
    if _YEAR.fullmatch(year):
        return [year]
    return [text for f in record.all("260", "264") for text in f.all("c")][:1]


def _numbers(record: Record, tag: str) -> list[str]:
    return [
        text.split()[0].replace("-", "" if tag == "020" else "-") for text in record.values(tag, "a") if text.split()
    ]


def _languages(record: Record) -> list[str]:
    found = [record.control("008")[35:38], *record.values("041", "ad")]
    return [code for code in found if _LANGUAGE.fullmatch(code) and code not in ("und", "zxx")]
