"""Every weight and threshold of matching, and where it comes from.

A feature's comparison (−1 … 1) is multiplied by its first weight when it speaks for one manifestation, by its second
when it speaks against; an absent one adds its third. The sum and ``BIAS`` are log-odds.
"""

from __future__ import annotations

VERSION = "2"
"""Of the rules; stands in every stored evidence. Raise it when a weight, a veto or an extraction changes."""

SAME = 0.90
REVIEW = 0.30
"""The bands: design.md §4; measured on goldfinch (benchmarks/matching.py)."""

BLOCK = 200
"""Candidates looked at for one key: matching notes A3.2."""

BLOCK_OF_MEMBER = 100
"""Of them at most so many of one member: a member with thousands of generic titles must not crowd out the others."""

COMPARED = 60
"""Candidates compared for one record, those that share most keys first. Measured: with 400 a file of 11,000 map sheets
whose titles differ by a word took 30 ms a record, nearly all for pairs that were then found different."""

COMPARED_OF_MEMBER = 20
"""Of them at most so many of one member."""

BIAS = -2.6

WEIGHTS: dict[str, tuple[float, float, float]] = {
    # for, against, absent                source
    "title": (3.2, 6.0, -2.0),
    "part": (0.5, 4.0, 0.0),
    "authors": (1.6, 3.0, 0.0),
    "year": (1.6, 4.0, -0.8),
    "edition": (0.4, 2.5, 0.0),
    "extent": (1.6, 2.5, -0.3),
    "publisher": (1.1, 1.8, 0.0),
    "identifiers": (2.5, 5.0, 0.0),
    "language": (0.2, 2.5, 0.0),
    "place": (0.4, 0.8, 0.0),
    "form": (0.0, 3.0, 0.0),
    "host": (1.0, 4.0, 0.0),
    "reproduction": (0.0, 2.0, 0.0),
}

TITLE_ENOUGH = 0.35
"""Titles less alike than this are never joined without a person (reports whose titles differ in a name or number)."""

TITLE_BORNE_OUT = 0.15
"""The same where authors, extent and year agree; not in Vietnamese: ``Bài tập toán`` and ``Toán`` are two books."""

ALIKE = 0.7
"""What a feature must reach to bear out another one (publisher, extent, title a copyright year taken for another)."""

SETTLED_BY_IDENTIFIER = frozenset({"publisher", "title without diacritics", "author without diacritics"})
"""Doubts that a shared identifier settles when extent and year agree too."""

YEAR_VETO = 2
"""Two manifestations whose years lie further apart than this are never one (monographs): measured on goldfinch."""

GENERIC = frozenset(
    [
        "tho",
        "tho tuyen",
        "tuyen tap",
        "toan tap",
        "tuyen tap tho",
        "truyen ngan",
        "tap truyen",
        "tap truyen ngan",
        "truyen",
        "truyen ki",
        "ki su",
        "but ki",
        "hoi ki",
        "tieu thuyet",
        "kich",
        "tap van",
        "tuy but",
        "tieu luan",
        "van tho",
        "tho van",
        "hop tuyen",
        "tinh tuyen",
        "giao trinh",
        "bai giang",
        "bao cao",
        "tai lieu",
        "de cuong",
        "luan van",
        "luan an",
        "khoa luan",
        "ki yeu",
        "ki yeu hoi thao",
        "tap san",
        "ban tin",
        "nien giam",
        "niem giam thong ke",
        "nien giam thong ke",
        "so tay",
        "tu dien",
        "huong dan",
        "bai tap",
        "de thi",
        "works",
        "selected works",
        "collected works",
        "complete works",
        "selections",
        "poems",
        "poetry",
        "collected poems",
        "selected poems",
        "short stories",
        "stories",
        "selected stories",
        "plays",
        "essays",
        "letters",
        "correspondence",
        "speeches",
        "novels",
        "prose works",
        "poetical works",
        "report",
        "reports",
        "annual report",
        "proceedings",
        "bulletin",
        "journal",
        "newsletter",
        "papers",
        "transactions",
        "yearbook",
        "handbook",
        "dictionary",
        "manual",
        "introduction",
        "history",
        "biography",
        "memoirs",
        "sonatas",
        "symphonies",
        "songs",
        "concertos",
        "quartets",
        "piano music",
        "gedichte",
        "werke",
        "samtliche werke",
        "oeuvres",
        "poesies",
        "obras",
        "opere",
        "raportti",
        "vuosikertomus",
        "julkaisut",
        "runot",
        "novelleja",
    ]
)
"""Folded titles that name a kind of content, not a Work.

Sources: Libris generic-titles, issues of bib-rdf-pipeline, Vietnamese usage.
"""
