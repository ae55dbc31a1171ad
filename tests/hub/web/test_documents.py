"""Every URI leads somewhere good: 303, formats that say the same, ETags, 301, 410, 404, records with odd numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from urllib.parse import quote, unquote

import pymarc
import pyoxigraph as ox
import pytest
import rdflib
from lxml import etree

from tests.hub.web.shelves import ODD_NUMBER, SCRIPT
from tests.hub.web.visitor import Visitor

Find = Callable[..., str]
FORMATS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
ODD = f"/records/TVH/{quote(ODD_NUMBER, safe='')}"


@pytest.mark.parametrize(("extension", "accept"), [*FORMATS.items(), ("html", "text/html,*/*;q=0.1")])
def test_a_thing_answers_303_with_the_document_asked_for(
    client: Visitor, find: Find, extension: str, accept: str
) -> None:
    work = find("Truyện Kiều")
    answer = client.get(work, headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"http://testserver{work}.{extension}"
    assert {"Accept", "Accept-Language"} <= {v.strip() for v in answer.headers["vary"].split(",")}
    document = client.get(answer.headers["location"])
    assert document.status_code == 200
    assert document.headers["content-type"].split(";")[0] == accept.split(",")[0]


def test_nothing_acceptable_is_406_with_the_choices(client: Visitor, find: Find) -> None:
    answer = client.get(find("Truyện Kiều"), headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 406


def _graph(client: Visitor, path: str, extension: str) -> rdflib.Graph:
    text = client.get(f"{path}.{extension}").text
    if extension == "jsonld":
        data = json.loads(text)
        assert data["@context"] == "http://testserver/context.jsonld"
        data["@context"] = client.get("/context.jsonld").json()["@context"]
        text = json.dumps(data)
    name = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}[extension]
    return rdflib.Graph().parse(data=text, format=name)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own JSON-LD parser uses it
@pytest.mark.parametrize("place", ["works", "instances"])
def test_all_formats_say_the_same(client: Visitor, find: Find, place: str) -> None:
    path = find("Truyện Kiều", place)
    graphs = {e: _graph(client, path, e) for e in FORMATS}
    document = rdflib.URIRef("http://xmlns.com/foaf/0.1/isPrimaryTopicOf")
    for extension, graph in graphs.items():
        (own,) = graph.objects(predicate=document)
        assert str(own) == f"http://testserver{path}.{extension}"
        for triple in [t for t in graph if own in t]:
            graph.remove(triple)
    assert len(graphs["nt"]) > 15
    for extension, graph in graphs.items():
        assert set(graph) == set(graphs["nt"]), extension


def test_json_ld_is_one_tree_with_labels(client: Visitor, find: Find) -> None:
    data = client.get(find("Truyện Kiều") + ".jsonld").json()
    assert "@graph" not in data
    assert "tiếng Việt" in json.dumps(data, ensure_ascii=False)


def test_a_data_document_names_its_data_set_and_what_it_describes(client: Visitor, find: Find) -> None:
    work = find("Truyện Kiều")
    triples = {str(q.triple) for q in ox.parse(client.get(f"{work}.nt").content, ox.RdfFormat.N_TRIPLES)}
    assert any("void#inDataset" in t for t in triples)
    assert not any(t.startswith("<http://id.loc.gov/ontologies/") for t in triples)


def test_a_document_comes_with_links_labels_and_cors(client: Visitor, find: Find) -> None:
    work = find("Truyện Kiều")
    headers = client.get(f"{work}.ttl").headers
    assert headers["x-uri"] == f"http://testserver{work}"
    assert unquote(headers["x-preflabel-encoded"]).startswith("Truyện Kiều")
    assert headers["x-preflabel"].startswith("Truyen Kieu")
    assert headers["access-control-allow-origin"] == "*"
    assert f'<http://testserver{work}>; rel="cite-as"' in headers["link"]
    assert 'rel="describedby alternate"; type="application/ld+json"' in headers["link"]
    assert "last-modified" in headers


@pytest.mark.parametrize("extension", ["ttl", "jsonld", "html"])
def test_304_for_what_the_client_has(client: Visitor, find: Find, extension: str) -> None:
    path = find("Truyện Kiều") + f".{extension}"
    first = client.get(path)
    etag = first.headers["etag"]
    assert etag.startswith('"')
    again = client.get(path, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    since = {"If-Modified-Since": first.headers["last-modified"]}
    assert client.get(path, headers=since).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}).status_code == 200


def test_the_etag_of_one_language_or_format_is_not_that_of_another(client: Visitor, find: Find) -> None:
    work = find("Truyện Kiều")
    made = {client.get(f"{work}.html?lang={c}").headers["etag"] for c in ("vi", "en")}
    made |= {client.get(f"{work}.{e}").headers["etag"] for e in FORMATS}
    assert len(made) == 6


def test_304_does_not_ask_the_store(client: Visitor, find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    path = find("Truyện Kiều") + ".ttl"
    etag = client.get(path).headers["etag"]
    from sparql.pool import Pool

    async def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the store was asked")

    monkeypatch.setattr(Pool, "_ask", refuse)
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304


def test_head_is_get_without_a_body(client: Visitor, find: Find) -> None:
    path = find("Truyện Kiều") + ".ttl"
    full, head = client.get(path), client.head(path)
    assert head.content == b""
    assert head.headers["content-length"] == full.headers["content-length"]
    assert head.headers["etag"] == full.headers["etag"]


@pytest.mark.parametrize("merged", ["zzmerged", "zztwice"])
def test_a_merged_entity_leads_to_its_survivor(client: Visitor, merged: str) -> None:
    answer = client.get(f"/works/{merged}", headers={"Accept": "text/turtle"})
    assert answer.status_code == 301
    target = answer.headers["location"]
    assert client.get(target, headers={"Accept": "text/turtle"}).status_code == 303
    (statement,) = [
        q for q in ox.parse(answer.content, ox.RdfFormat.TURTLE) if q.predicate.value.endswith("isReplacedBy")
    ]
    assert statement.object == ox.NamedNode(target)
    document = client.get(f"/works/{merged}.jsonld")
    assert (document.status_code, document.headers["location"]) == (301, f"{target}.jsonld")


def test_a_withdrawn_entity_is_gone(client: Visitor) -> None:
    answer = client.get("/works/zzgone.ttl")
    assert answer.status_code == 410
    assert b"deprecated" in answer.content
    page = client.get("/works/zzgone", headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert "<h1>" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/works/nothing", "/works/nothing.ttl", "/works/", "/works/a/b", "/libraries/nowhere", "/records/TVQG",
        "/records/TVQG/none", "/records/none/kieu-2015", "/no", "/works/%2e%2e%2fetc", "/works/x%00y", "/items/%ff",
        "/instances/zzmerged",
    ],
)  # fmt: skip
def test_what_never_was_is_404(client: Visitor, path: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("not-found")


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "99999999999", "²"])
def test_a_bad_page_number_is_400(client: Visitor, find: Find, page: str) -> None:
    assert client.get(f"{find('Truyện Kiều')}.html", params={"page": page}).status_code == 400


# Records


def test_a_control_number_of_any_characters_makes_a_round_trip(client: Visitor) -> None:
    answer = client.get(ODD, headers={"Accept": "text/turtle"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"http://testserver{ODD}.ttl"
    document = client.get(answer.headers["location"])
    graph = rdflib.Graph().parse(data=document.text, format="turtle")
    topics = graph.objects(rdflib.URIRef(f"http://testserver{ODD}"), rdflib.URIRef("http://xmlns.com/foaf/0.1/topic"))
    assert f"http://testserver{ODD}#work" in {str(t) for t in topics}


def test_a_record_page_shows_marc_without_private_fields(client: Visitor) -> None:
    page = client.get("/records/TVQG/kieu-2015.html", headers={"Accept-Language": "en"}).text
    assert "Đào Duy Anh" in page
    assert "1 field is kept private" in page
    for path in (".html", ".mrc", ".xml", ".ttl", ".nt", ".jsonld", ".rdf"):
        assert "Nhân Viên" not in client.get(f"/records/TVQG/kieu-2015{path}").text, path


def test_marc_downloads_read_back(client: Visitor) -> None:
    (record,) = pymarc.MARCReader(client.get(f"{ODD}.mrc").content)
    assert record is not None
    assert record["001"].data == ODD_NUMBER
    document = etree.fromstring(client.get(f"{ODD}.xml").content)
    assert SCRIPT in "".join(document.itertext())
    (other,) = pymarc.parse_xml_to_array(BytesIO(client.get("/records/TVQG/kieu-2015.xml").content))
    assert other["245"]["a"] == "Truyện Kiều :"


def test_an_instance_can_be_cited_and_saved(client: Visitor, find: Find) -> None:
    instance = find("Truyện Kiều", "instances")
    ris = client.get(f"{instance}.ris")
    assert ris.headers["content-type"].startswith("application/x-research-info-systems")
    assert "AU  - Nguyễn, Du, 1765-1820\r\n" in ris.text
    assert "SN  - 9786046912347\r\n" in ris.text
    assert ris.text.endswith("ER  - \r\n")
    assert "year = {2015}" in client.get(f"{instance}.bib").text
    assert client.get(f"{instance}.mrc").content.endswith(b"\x1d")


@pytest.mark.parametrize("path", ["/libraries/TVQG", "/groups/bac"])
@pytest.mark.parametrize("extension", ["html", "ttl", "jsonld", "nt", "rdf"])
def test_libraries_and_groups_are_resources_too(client: Visitor, path: str, extension: str) -> None:
    accept = "text/html" if extension == "html" else FORMATS[extension]
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 303
    document = client.get(answer.headers["location"])
    assert document.status_code == 200
    assert "miền Bắc" in document.text or "Quốc gia" in document.text
