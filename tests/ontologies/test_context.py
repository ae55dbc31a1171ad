"""The JSON-LD context: short names that a reader understands, and no loss on the way back to triples."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ontologies.labels import term_iri, terms
from ontologies.namespaces import PREFIXES


def context() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("ontologies") / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    return found


def expanded(name: str) -> str:
    definition = context()[name]
    text = definition["@id"] if isinstance(definition, dict) else definition
    prefix, _, rest = text.partition(":")
    return f"<{PREFIXES[prefix]}{rest}>" if prefix in PREFIXES else text


def bf(name: str) -> str:
    return term_iri(f"bf:{name}")[1:-1]


def test_it_knows_our_prefixes_and_every_bibframe_term_by_its_own_name() -> None:
    known = context()
    for prefix, base in PREFIXES.items():
        assert known[prefix] == base
    for curie in terms():
        prefix, _, name = curie.partition(":")
        if prefix in ("bf", "bflc", "bh"):
            assert expanded(name) == term_iri(curie)


def test_no_short_name_hides_another_term() -> None:
    for name in context():
        if not name.startswith("@") and name not in PREFIXES and name not in ("id", "type", "edtf"):
            curie = context()[name]
            curie = curie["@id"] if isinstance(curie, dict) else curie
            assert curie in terms(), f"{name} stands for {curie}, which terms.tsv does not name"


def test_a_document_expands_to_bibframe_triples() -> None:
    document = {
        "@context": context(),
        "id": "https://hub.example/instances/b7k2",
        "type": "Instance",
        "instanceOf": "https://hub.example/works/9",
        "title": {
            "id": "https://hub.example/instances/b7k2#title-1",
            "type": "Title",
            "mainTitle": ["Truyện Kiều", {"@value": "傳翹", "@language": "vi-Hani"}],
        },
        "provisionActivity": {
            "id": "https://hub.example/instances/b7k2#provision-1",
            "type": "Publication",
            "date": {"@value": "1979", "@type": "edtf"},
            "simplePlace": "Hà Nội",
        },
        "hasItem": [{"id": "https://hub.example/items/1", "heldBy": "https://hub.example/libraries/VN-NLV"}],
    }
    found = {
        (q.subject.value, q.predicate.value, q.object) for q in parse(json.dumps(document), format=RdfFormat.JSON_LD)
    }
    instance = "https://hub.example/instances/b7k2"
    edtf = NamedNode("http://id.loc.gov/datatypes/edtf")
    assert (instance, bf("instanceOf"), NamedNode("https://hub.example/works/9")) in found
    assert (f"{instance}#title-1", bf("mainTitle"), Literal("傳翹", language="vi-Hani")) in found or (
        f"{instance}#title-1", bf("mainTitle"), Literal("傳翹", language="vi-hani")
    ) in found  # fmt: skip
    assert (f"{instance}#provision-1", bf("date"), Literal("1979", datatype=edtf)) in found
    library = NamedNode("https://hub.example/libraries/VN-NLV")
    assert ("https://hub.example/items/1", bf("heldBy"), library) in found
    assert len(found) == 12
