"""The indexes one may search by: their names in the context sets of the field, and where each looks.

Sources: context sets cql 1.2, dc 1.1, bib 1, rec 1.1 (Library of Congress) and bath 2.0 (Bath Profile); ``hub`` is our
own, for what union catalogues have and none of these names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.protocols.sru.cql import Name
from hub.protocols.sru.diagnostics import SruError

SETS = {
    "cql": ("info:srw/cql-context-set/1/cql-v1.2", "info:srw/cql-context-set/1/cql-v1.1"),
    "dc": ("info:srw/cql-context-set/1/dc-v1.1",),
    "bath": ("http://zing.z3950.org/cql/bath/2.0/",),
    "bib": ("info:srw/cql-context-set/1/bib-v1",),
    "rec": ("info:srw/cql-context-set/2/rec-1.1", "info:srw/cql-context-set/2/rec-1.0"),
    "sort": ("info:srw/cql-context-set/1/sort-v1.0",),
    "hub": ("https://bibhub.org/cql/1/",),
}
"""The context sets and their URIs, the current one first. Its names are those of Explain."""

Kind = Literal["words", "whole", "key", "year", "any", "all"]


@dataclass(frozen=True, slots=True)
class Index:
    """``words``: texts found by their words, ``fields`` in the index of Instances (and keys of that kind, for whole
    texts); ``whole``: only as a whole, or by its beginning; ``key``: numbers and codes, found as a whole; ``year``;
    ``any``: everything; ``all``: every record.

    ``sort``: what sorting by it means, empty when one cannot.
    """

    kind: Kind
    fields: tuple[str, ...]
    title: str
    sort: str = ""
    whole: bool = False
    """Whether the index has its texts as a whole too, for ``==``, ``exact`` and ``^``."""


_TITLE = Index("words", ("title",), "Title", "sort_title", whole=True)
_CREATOR = Index("words", ("creator",), "Author, editor, contributor", "sort_creator", whole=True)
_SUBJECT = Index("words", ("subject",), "Subject", whole=True)
_PUBLISHER = Index("words", ("publisher",), "Publisher", whole=True)
_NOTE = Index("words", ("text",), "Notes, summary, contents, series")
_MARK = Index("words", ("shelfmark",), "Call number", whole=True)
_YEAR = Index("year", ("year",), "Year of publication", "year")
_ANY = Index("any", (), "Anything")
_ISBN = Index("key", ("isbn",), "ISBN")
_ISSN = Index("key", ("issn",), "ISSN")
_LCCN = Index("key", ("lccn",), "Library of Congress control number")
_NUMBER = Index("key", ("isbn", "identifier"), "Any number of the record or of a copy")
_CLASS = Index("whole", ("class",), "Classification number", whole=True)
_LANGUAGE = Index("key", ("language",), "Language (MARC code)")
_FORMAT = Index("key", ("format",), "Type (class of BIBFRAME: text, serial …)")
_LIBRARY = Index("key", ("library",), "Library that holds it (code)")
_ID = Index("key", ("id",), "Identifier in the hub (or its URI)")
_RECORD = Index("key", ("record",), "A member's record: (member)control number")
_ALL = Index("all", (), "All records")

INDEXES: dict[str, dict[str, Index]] = {
    "cql": {
        "serverchoice": _ANY, "anywhere": _ANY, "anyindexes": _ANY, "allindexes": _ANY, "keywords": _ANY,
        "allrecords": _ALL,
    },
    "dc": {
        "title": _TITLE, "creator": _CREATOR, "contributor": _CREATOR, "author": _CREATOR, "subject": _SUBJECT,
        "publisher": _PUBLISHER, "description": _NOTE, "date": _YEAR, "identifier": _NUMBER, "language": _LANGUAGE,
        "type": _FORMAT,
    },
    "bath": {
        "any": _ANY, "title": _TITLE, "uniformtitle": _TITLE, "keytitle": _TITLE, "seriestitle": _NOTE,
        "author": _CREATOR, "name": _CREATOR, "personalname": _CREATOR, "corporatename": _CREATOR,
        "conferencename": _CREATOR, "subject": _SUBJECT, "topicalsubject": _SUBJECT, "geographicname": _SUBJECT,
        "genreform": _SUBJECT, "notes": _NOTE, "publisher": _PUBLISHER, "isbn": _ISBN, "issn": _ISSN, "lccn": _LCCN,
        "standardidentifier": _NUMBER, "possessinginstitution": _LIBRARY, "localnumber": _RECORD,
    },
    "bib": {
        "title": _TITLE, "titleuniform": _TITLE, "titlealternative": _TITLE, "titletranslated": _TITLE,
        "titleseries": _NOTE, "name": _CREATOR, "namepersonal": _CREATOR, "namecorporate": _CREATOR,
        "nameconference": _CREATOR, "subjecttopic": _SUBJECT, "subjectplace": _SUBJECT, "subjecttitle": _SUBJECT,
        "subjectname": _SUBJECT, "genre": _SUBJECT, "dateissued": _YEAR, "classification": _CLASS,
        "identifier": _NUMBER,
    },
    "rec": {"id": _ID, "identifier": _ID},
    "hub": {
        "library": _LIBRARY, "callnumber": _MARK, "record": _RECORD, "language": _LANGUAGE, "type": _FORMAT,
        "year": _YEAR, "classification": _CLASS,
    },
}  # fmt: skip
"""By set and name in lower case (CQL names are case-insensitive)."""

SPELLED = {
    "serverchoice": "serverChoice", "anyindexes": "anyIndexes", "allindexes": "allIndexes",
    "allrecords": "allRecords", "uniformtitle": "uniformTitle", "keytitle": "keyTitle", "seriestitle": "seriesTitle",
    "personalname": "personalName", "corporatename": "corporateName", "conferencename": "conferenceName",
    "topicalsubject": "topicalSubject", "geographicname": "geographicName", "genreform": "genreForm",
    "standardidentifier": "standardIdentifier", "possessinginstitution": "possessingInstitution",
    "localnumber": "localNumber", "titleuniform": "titleUniform", "titlealternative": "titleAlternative",
    "titletranslated": "titleTranslated", "titleseries": "titleSeries", "namepersonal": "namePersonal",
    "namecorporate": "nameCorporate", "nameconference": "nameConference", "subjecttopic": "subjectTopic",
    "subjectplace": "subjectPlace", "subjecttitle": "subjectTitle", "subjectname": "subjectName",
    "dateissued": "dateIssued",
}  # fmt: skip
"""How the sets spell names that are not all lower case."""

BARE = {
    "any": _ANY, "keyword": _ANY, "keywords": _ANY, "serverchoice": _ANY, "anywhere": _ANY, "allrecords": _ALL,
    "title": _TITLE, "author": _CREATOR, "creator": _CREATOR, "contributor": _CREATOR, "name": _CREATOR,
    "subject": _SUBJECT, "publisher": _PUBLISHER, "description": _NOTE, "note": _NOTE, "date": _YEAR, "year": _YEAR,
    "isbn": _ISBN, "issn": _ISSN, "lccn": _LCCN, "identifier": _NUMBER, "language": _LANGUAGE, "type": _FORMAT,
    "classification": _CLASS, "callnumber": _MARK, "library": _LIBRARY, "id": _ID,
}  # fmt: skip
"""Names without a set, as brokers and ILSs write them (``isbn = …``)."""

VIETNAMESE = {
    "Title": "Nhan đề",
    "Author, editor, contributor": "Tác giả, người biên soạn, người đóng góp",
    "Subject": "Chủ đề",
    "Publisher": "Nhà xuất bản",
    "Notes, summary, contents, series": "Phụ chú, tóm tắt, mục lục, tùng thư",
    "Call number": "Ký hiệu xếp giá",
    "Year of publication": "Năm xuất bản",
    "Anything": "Mọi nơi",
    "ISBN": "ISBN",
    "ISSN": "ISSN",
    "Library of Congress control number": "Số kiểm soát của Thư viện Quốc hội Hoa Kỳ",
    "Any number of the record or of a copy": "Mọi số của biểu ghi hoặc của bản sách",
    "Classification number": "Ký hiệu phân loại",
    "Language (MARC code)": "Ngôn ngữ (mã MARC)",
    "Type (class of BIBFRAME: text, serial …)": "Loại hình (lớp của BIBFRAME: text, serial …)",
    "Library that holds it (code)": "Thư viện lưu giữ (mã)",
    "Identifier in the hub (or its URI)": "Định danh trong hệ thống (hoặc URI)",
    "A member's record: (member)control number": "Biểu ghi của thành viên: (thành viên)số kiểm soát",
    "All records": "Mọi biểu ghi",
}
"""The titles of the indexes for Vietnamese readers."""

_BY_URI = {uri.rstrip("/"): prefix for prefix, uris in SETS.items() for uri in uris}
_ALIASES = {"srw": "cql"}  # SRW 1.0's name of the set


def set_of(name: Name) -> str:
    """The prefix of a name's context set, empty for the server's choice. Raises diagnostic 15."""
    if name.uri:
        found = _BY_URI.get(name.uri.rstrip("/"))
        if found is None:
            raise SruError(15, name.uri)
        return found
    prefix = _ALIASES.get(name.prefix, name.prefix)
    if prefix and prefix not in SETS:
        raise SruError(15, name.prefix)
    return prefix


def index_of(name: Name) -> Index:
    """What a name of a query means. Raises diagnostics 15, 16, and 50 for result sets."""
    prefix = set_of(name)
    low = name.name.lower()
    if prefix == "cql" and low == "resultsetid":
        raise SruError(50)
    found = INDEXES.get(prefix, {}).get(low) if prefix else BARE.get(low)
    if found is None:
        raise SruError(16, str(name))
    return found
