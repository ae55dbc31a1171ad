"""Types and properties of the service: ids that stay, names in Vietnamese and English."""

from __future__ import annotations

from dataclasses import dataclass

Language = str
"""``vi`` or ``en``."""


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of thing; ``place`` is where its URIs lie, ``broader`` the id of the wider type."""

    id: str
    en: str
    vi: str
    place: str
    broader: str = ""

    def name(self, language: Language) -> str:
        """What people call it."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Property:
    """Something to know of things: evidence when reconciling (``evidence``), values when extending (``values``)."""

    id: str
    en: str
    vi: str
    places: tuple[str, ...]
    evidence: bool = True
    values: bool = True
    type: str = ""

    def name(self, language: Language) -> str:
        """What people call it."""
        return self.vi if language == "vi" else self.en


TYPES: dict[str, Type] = {
    t.id: t
    for t in (
        Type("Work", "Work", "Tác phẩm", "works"),
        Type("Instance", "Edition", "Ấn bản", "instances"),
        Type("Agent", "Person or organization", "Người hoặc tổ chức", "agents"),
        Type("Person", "Person", "Người", "agents", "Agent"),
        Type("Family", "Family", "Dòng họ", "agents", "Agent"),
        Type("Organization", "Organization", "Tổ chức", "agents", "Agent"),
        Type("Jurisdiction", "Jurisdiction", "Đơn vị hành chính", "agents", "Agent"),
        Type("Meeting", "Conference", "Hội nghị", "agents", "Agent"),
        Type("Concept", "Subject or genre", "Chủ đề hoặc thể loại", "concepts"),
        Type("Topic", "Topic", "Đề tài", "concepts", "Concept"),
        Type("Place", "Place", "Địa danh", "concepts", "Concept"),
        Type("Temporal", "Period", "Thời kỳ", "concepts", "Concept"),
        Type("GenreForm", "Genre or form", "Thể loại", "concepts", "Concept"),
        Type("ComplexSubject", "Subdivided subject", "Đề mục có phụ đề", "concepts", "Concept"),
        Type("Library", "Library", "Thư viện", "libraries"),
    )
}

BIBLIOGRAPHIC = ("works", "instances")
_HEADINGS = ("agents", "concepts")
_ALL = (*BIBLIOGRAPHIC, *_HEADINGS, "libraries")

PROPERTIES: dict[str, Property] = {
    p.id: p
    for p in (
        Property("isbn", "ISBN", "ISBN", BIBLIOGRAPHIC),
        Property("issn", "ISSN", "ISSN", BIBLIOGRAPHIC),
        Property("title", "Title", "Nhan đề", (*BIBLIOGRAPHIC, "agents")),
        Property("author", "Author or contributor", "Tác giả, người tham gia", BIBLIOGRAPHIC, type="Agent"),
        Property("date", "Year of publication", "Năm xuất bản", BIBLIOGRAPHIC),
        Property("publisher", "Publisher", "Nhà xuất bản", BIBLIOGRAPHIC),
        Property("place", "Place", "Nơi xuất bản, địa điểm", (*BIBLIOGRAPHIC, "libraries")),
        Property("edition", "Edition statement", "Lần xuất bản", BIBLIOGRAPHIC),
        Property("language", "Language", "Ngôn ngữ", BIBLIOGRAPHIC),
        Property("library", "Held by", "Thư viện có tài liệu", BIBLIOGRAPHIC, type="Library"),
        Property("subject", "Subject", "Chủ đề", BIBLIOGRAPHIC, evidence=False, type="Concept"),
        Property("identifier", "Other identifier", "Số định danh khác", BIBLIOGRAPHIC, evidence=False),
        Property("shelfmark", "Call number", "Ký hiệu xếp giá", BIBLIOGRAPHIC, evidence=False),
        Property("extent", "Extent", "Số trang, khối lượng", ("instances",), evidence=False),
        Property("work", "Work", "Tác phẩm", ("instances",), evidence=False, type="Work"),
        Property("instance", "Editions", "Các ấn bản", ("works",), evidence=False, type="Instance"),
        Property("birth", "Year of birth", "Năm sinh", ("agents",)),
        Property("death", "Year of death", "Năm mất", ("agents",)),
        Property("variant", "Other names", "Tên khác", _HEADINGS, evidence=False),
        Property("works", "Number of works", "Số tác phẩm", _HEADINGS, evidence=False),
        Property("source", "Vocabulary", "Bộ từ khoá, khung đề mục", ("concepts",), values=False),
        Property("broader", "Broader subject", "Chủ đề rộng hơn", ("concepts",), evidence=False, type="Concept"),
        Property("code", "Code", "Mã thư viện", ("libraries",)),
        Property("group", "Group of libraries", "Nhóm thư viện", ("libraries",), evidence=False),
        Property("website", "Website", "Trang web", ("libraries",), evidence=False),
        Property("latitude", "Latitude", "Vĩ độ", ("libraries",), evidence=False),
        Property("longitude", "Longitude", "Kinh độ", ("libraries",), evidence=False),
        Property("sameAs", "Same thing elsewhere (URI)", "Cùng một thực thể ở nơi khác (URI)", _HEADINGS),
        Property("uri", "URI in the hub", "URI trong mục lục liên hợp", _ALL, evidence=False),
    )
}

FEATURES: dict[str, tuple[str, str]] = {
    "name": ("Name", "Tên"),
    "title": ("Title", "Nhan đề"),
    "tones": ("Diacritics agree", "Dấu thanh khớp"),
    "variant": ("Found by another form of the name", "Tìm thấy qua dạng tên khác"),
    "established": ("Established by an authority record", "Có biểu ghi kiểm soát"),
    "part": ("Part, volume", "Tập, phần"),
    "author": ("Author", "Tác giả"),
    "isbn": ("ISBN", "ISBN"),
    "issn": ("ISSN", "ISSN"),
    "date": ("Year of publication", "Năm xuất bản"),
    "publisher": ("Publisher", "Nhà xuất bản"),
    "place": ("Place", "Nơi xuất bản, địa điểm"),
    "edition": ("Edition statement", "Lần xuất bản"),
    "language": ("Language", "Ngôn ngữ"),
    "library": ("Held by the library", "Thư viện có tài liệu"),
    "birth": ("Year of birth", "Năm sinh"),
    "death": ("Year of death", "Năm mất"),
    "sameAs": ("Same thing elsewhere", "Cùng một thực thể ở nơi khác"),
    "source": ("Vocabulary", "Bộ từ khoá, khung đề mục"),
    "code": ("Code", "Mã thư viện"),
    "id": ("Id", "Mã định danh"),
    "copies": ("Libraries that hold it", "Số thư viện có tài liệu"),
    "uses": ("Records that use it", "Số biểu ghi sử dụng"),
}
"""Matching features: id → names (English, Vietnamese)."""

ALIASES: dict[str, str] = {
    "contributor": "author",
    "creator": "author",
    "year": "date",
    "birthDate": "birth",
    "deathDate": "death",
    "heldBy": "library",
}
"""Other ids under which a property is understood."""


def property_id(text: str) -> str:
    """The id of a property as a client names it: our id, another name of it, or a full IRI ending in one."""
    last = text.strip().replace("#", "/").rstrip("/").rpartition("/")[2]
    known = {p.casefold(): p for p in PROPERTIES}
    wanted = ALIASES.get(last, last)
    return known.get(wanted.casefold(), wanted)


def types_of(id: str) -> tuple[str, ...]:
    """A type and what is broader, the narrowest first."""
    known = TYPES[id]
    return (id, known.broader) if known.broader else (id,)


def narrowed(asked: tuple[str, ...]) -> frozenset[str]:
    """The narrowest types that a query for some types allows; every type when none of those asked for is known."""
    known = [t for t in asked if t in TYPES]
    if not known:
        return frozenset(TYPES)
    return frozenset(t.id for t in TYPES.values() if t.id in known or t.broader in known)


def properties_of(type_id: str) -> list[Property]:
    """The properties whose values things of a type may have; those of every type for an unknown one."""
    known = TYPES.get(type_id)
    return [p for p in PROPERTIES.values() if p.values and (known is None or known.place in p.places)]
