"""schema.org data keeps to its shapes, as a document of its own and inside the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
from lxml import html
from sqlalchemy import select

import tests.hub.catalog
from hub.registry.schema import entity
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.web.visitor import BASE, Visitor

SHAPES = Path(tests.hub.catalog.__file__ or "").with_name("schema_org_shapes.ttl")
SCHEMA = rdflib.Namespace("http://schema.org/")
# What schema.org's own context says of the terms used here: names of its vocabulary, and which values are links.
LINKS = ("url", "sameAs", "availability", "businessFunction")
CONTEXT: dict[str, Any] = {"@vocab": str(SCHEMA), **{n: {"@id": f"{SCHEMA}{n}", "@type": "@id"} for n in LINKS}}

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's JSON-LD parser and pySHACL


def read(data: dict[str, Any]) -> rdflib.Graph:
    assert data["@context"] == "https://schema.org"
    text = json.dumps({**data, "@context": CONTEXT}).replace("https://schema.org/", str(SCHEMA))
    return rdflib.Graph().parse(data=text, format="json-ld")


@pytest.fixture(scope="module")
def documents(client: Visitor, settings: Settings) -> dict[str, dict[str, Any]]:
    """The schema.org document of every entity that has one, by path."""
    registry = open_registry(settings)
    places = ("works", "instances", "items", "agents")
    with registry.read() as connection:
        rows = connection.execute(select(entity.c.place, entity.c.id).where(entity.c.state == "live")).all()
    registry.close()
    paths = [f"/{place}/{identity}" for place, identity in rows if place in places]
    paths += ["/libraries/TVQG", "/libraries/DHQG", "/libraries/TVH"]
    found = {}
    for path in paths:
        answer = client.get(f"{path}.schema.jsonld")
        assert answer.status_code == 200, path
        assert answer.headers["content-type"] == "application/ld+json"
        assert answer.headers["content-profile"] == "<https://schema.org/>"
        found[path] = answer.json()
    return found


def test_everything_keeps_to_the_shapes(documents: dict[str, dict[str, Any]]) -> None:
    graph = rdflib.Graph()
    for data in documents.values():
        graph += read(data)
    assert len(set(graph.subjects(rdflib.RDF.type, SCHEMA.Offer))) >= 8
    assert len(set(graph.subjects(SCHEMA.workExample))) >= 5
    conforms, _, report = pyshacl.validate(graph, shacl_graph=str(SHAPES))
    assert conforms, report


def test_the_shapes_find_what_is_wrong() -> None:
    graph = rdflib.Graph()
    offer, book = rdflib.URIRef(f"{BASE}items/x"), rdflib.URIRef(f"{BASE}instances/x")
    graph.add((offer, rdflib.RDF.type, SCHEMA.Offer))
    graph.add((book, SCHEMA.offers, offer))
    graph.add((book, SCHEMA.url, rdflib.URIRef("javascript:alert(1)")))
    conforms, _, report = pyshacl.validate(graph, shacl_graph=str(SHAPES))
    assert not conforms
    assert {"offeredBy", "businessFunction", "url", "name"} <= {
        word.rpartition(":")[2] for word in report.split() if word.startswith("schema:")
    }


def test_an_offer_tells_whether_the_copy_can_be_had(documents: dict[str, dict[str, Any]]) -> None:
    told = {
        offer["serialNumber"]: offer["availability"]["@id"].rpartition("/")[2]
        for data in documents.values()
        for offer in data.get("offers", ())
        if "availability" in offer
    }
    assert told == {"DH000123": "OutOfStock", "DH000124": "InStoreOnly"}


def test_the_page_says_the_same_as_the_document(
    client: Visitor, find: Callable[..., str], documents: dict[str, dict[str, Any]]
) -> None:
    path = find("Truyện Kiều thơ", "instances")
    page = html.document_fromstring(client.get(f"{path}.html").text)
    assert json.loads(page.xpath("string(//script[not(@src)])")) == documents[path]
    assert documents[path]["inLanguage"] == ["vi"]
    assert documents[path]["datePublished"] == "2015"


def test_a_concept_has_no_product(client: Visitor, find: Callable[..., str]) -> None:
    page = html.document_fromstring(client.get(find("Truyện Kiều thơ") + ".html").text)
    concept = next(h for h in page.xpath("//aside//a/@href") if "/concepts/" in h).removesuffix(".html")
    assert client.get(f"{concept}.schema.jsonld").status_code == 404
