"""What this server can do, told in ZeeRex (http://explain.z3950.org/dtd/2.0/): databases, indexes, schemas, limits."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from hub.protocols.sru.indexes import BARE, INDEXES, SETS, SPELLED, VIETNAMESE, Index
from hub.protocols.sru.records import SCHEMAS
from hub.protocols.sru.wire import DEFAULT_RECORDS, text

_RELATIONS = ("=", "==", "exact", "any", "all", "adj", "<", ">", "<=", ">=", "<>", "within")
_MODIFIERS = ("word", "string", "masked", "unmasked", "ignoreCase", "ignoreAccents", "relevant", "isoDate", "number")
_DESCRIPTION_EN = "Union catalogue: one record for each edition, with who holds it."
_DESCRIPTION_VI = "Mục lục liên hợp: mỗi ấn bản một biểu ghi, kèm nơi lưu giữ."


@dataclass(frozen=True, slots=True)
class Database:
    """A database as Explain tells of it: ``url`` where it answers, its titles, how many records it has."""

    url: str
    title_en: str
    title_vi: str
    records: int
    modified: str


def zeerex(database: Database, version: str) -> str:
    """The ``explain`` record."""
    where = urlsplit(database.url)
    port = where.port or (443 if where.scheme == "https" else 80)
    parts = [
        '<explain xmlns="http://explain.z3950.org/dtd/2.0/">',
        f'<serverInfo protocol="SRU" version="{version}" transport="{where.scheme}" method="GET POST">',
        f"<host>{text(where.hostname or '')}</host><port>{port}</port>",
        f"<database>{text(where.path.strip('/'))}</database></serverInfo>",
        "<databaseInfo>",
        f'<title lang="en" primary="true">{text(database.title_en)}</title>',
        f'<title lang="vi">{text(database.title_vi)}</title>',
        f'<description lang="en" primary="true">{_DESCRIPTION_EN}</description>',
        f'<description lang="vi">{_DESCRIPTION_VI}</description>',
        f'<extent lang="en">{database.records} records</extent></databaseInfo>',
        f"<metaInfo><dateModified>{database.modified}</dateModified></metaInfo>" if database.modified else "",
        _indexes(),
        _schemas(),
        _config(),
        "</explain>",
    ]
    return "".join(parts)


def _indexes() -> str:
    names: dict[Index, list[tuple[str, str]]] = {}
    for prefix, indexes in INDEXES.items():
        for name, index in indexes.items():
            names.setdefault(index, []).append((prefix, SPELLED.get(name, name)))
    for name, index in BARE.items():
        names.setdefault(index, []).append(("", SPELLED.get(name, name)))
    out = ["<indexInfo>"]
    out += [f"<set identifier={quoteattr(uris[0])} name={quoteattr(prefix)}/>" for prefix, uris in SETS.items()]
    for index, maps in names.items():
        out.append(f'<index search="true" scan="false" sort="{"true" if index.sort else "false"}">')
        out.append(f'<title lang="en" primary="true">{text(index.title)}</title>')
        out.append(f'<title lang="vi">{text(VIETNAMESE[index.title])}</title>')
        for prefix, name in maps:
            of_set = f" set={quoteattr(prefix)}" if prefix else ""
            out.append(f"<map><name{of_set}>{text(name)}</name></map>")
        out.append("</index>")
    out.append("</indexInfo>")
    return "".join(out)


def _schemas() -> str:
    out = ["<schemaInfo>"]
    for schema in SCHEMAS:
        attributes = f"identifier={quoteattr(schema.uri)} name={quoteattr(schema.name)}"
        out.append(f'<schema {attributes} location={quoteattr(schema.location)} sort="false" retrieve="true">')
        out.append(f'<title lang="en" primary="true">{text(schema.title)}</title></schema>')
    out.append("</schemaInfo>")
    return "".join(out)


def _config() -> str:
    facts = [
        ("default", "numberOfRecords", str(DEFAULT_RECORDS)),
        ("default", "retrieveSchema", SCHEMAS[0].name),
        ("default", "contextSet", "cql"),
        ("default", "index", "cql.serverChoice"),
        ("default", "relation", "="),
        ("setting", "maximumRecords", str(SCHEMAS[0].most)),
        *(("supports", "relation", relation) for relation in _RELATIONS),
        *(("supports", "relationModifier", modifier) for modifier in _MODIFIERS),
        ("supports", "maskingCharacter", "*"),
        ("supports", "maskingCharacter", "?"),
        ("supports", "anchoring", "^"),
        ("supports", "sort", "ascending"),
        ("supports", "sort", "descending"),
    ]
    out = [f"<{name} type={quoteattr(kind)}>{text(value)}</{name}>" for name, kind, value in facts]
    return "".join(["<configInfo>", *out, "</configInfo>"])
