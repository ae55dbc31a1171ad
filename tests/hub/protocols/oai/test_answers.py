"""Every answer of the provider is what the protocol says an answer is, whatever was asked."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest
from lxml import etree

from hub.protocols.oai import provider
from tests.hub.conftest import Run
from tests.hub.feeds.story import book, deleted, first_loads, load
from tests.hub.protocols.oai.harvester import OAI, errors

GRAMMAR = etree.RelaxNG(file=str(Path(__file__).with_name("answers.rng")))
XSD = os.environ.get("BIBHUB_OAI_XSD", "")
"""The protocol's own schema, where somebody has it at hand (its ``any`` elements made lax)."""

GOOD = [
    "verb=Identify",
    "verb=ListMetadataFormats",
    "verb=ListSets",
    *(f"verb=ListRecords&metadataPrefix={p}" for p in ("oai_dc", "marcxml", "bibframe")),
    "verb=ListIdentifiers&metadataPrefix=marcxml&from=2020-01-01&until=2999-12-31",
    "verb=ListIdentifiers&metadataPrefix=marcxml&set=library:A",
    "verb=ListRecords&metadataPrefix=marcxml&set=type:text&from=2020-01-01T00:00:00Z",
]
STRANGE = [
    "",
    "verb=",
    "verb=%00",
    "verb=ListRecords&metadataPrefix=a%20b",
    "verb=ListRecords&metadataPrefix=%3Cx%3E",
    "verb=ListRecords&metadataPrefix=oai_dc&set=%C3%A9",
    "verb=ListRecords&metadataPrefix=oai_dc&set=a%20b",
    "verb=ListRecords&metadataPrefix=oai_dc&set=a::b",
    "verb=ListRecords&metadataPrefix=oai_dc&set=",
    "verb=ListRecords&metadataPrefix=oai_dc&set=%00",
    "verb=ListRecords&metadataPrefix=oai_dc&from=&until=",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2020-13-01",
    "verb=ListRecords&metadataPrefix=oai_dc&from=9999-99-99",
    "verb=ListRecords&resumptionToken=%00%ff",
    "verb=ListRecords&resumptionToken=" + "A" * 5000,
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=%20",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=a%20b",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=%C3%A9",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=%25zz",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=%EF%BF%BE%00",
    "verb=GetRecord&metadataPrefix=none&identifier=oai:127.0.0.1:instances/none",
    "verb=ListMetadataFormats&identifier=http://[",
    "verb=Identify&%3Cscript%3E=1",
    "verb=Identify&verb=Identify",
    "&&&=&;=%%",
]


def check(data: bytes) -> etree._Element:
    root = etree.fromstring(data)
    GRAMMAR.assertValid(root)
    if XSD:
        etree.XMLSchema(file=XSD).assertValid(root)
    return root


@pytest.fixture
def full(web: httpx.Client, hub: Run) -> httpx.Client:
    """A hub with live and deleted Instances, and with titles that are not easily XML."""
    first_loads(hub)
    load(hub, "A", deleted(book("a3", "Lịch triều hiến chương", year=1992)), book("<&>\"'", "]]> & \ufffe\u202e 漢字"))
    return web


def test_answers_are_those_of_the_protocol(full: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "RECORDS", 2)
    monkeypatch.setattr(provider, "HEADERS", 2)
    for query in GOOD:
        root = check(full.get(f"/oai?{query}").content)
        assert errors(root) == [], query
        while (token := root.findtext(f"{OAI}*/{OAI}resumptionToken")) or "":
            verb = query.partition("&")[0]
            root = check(full.get(f"/oai?{verb}&resumptionToken={token}").content)
            assert errors(root) == []
    name = root.findtext(f".//{OAI}identifier")
    for query in ("verb=ListMetadataFormats", "verb=GetRecord&metadataPrefix=bibframe"):
        assert errors(check(full.get(f"/oai?{query}&identifier={name}").content)) == []


def test_strange_questions_get_proper_answers(full: httpx.Client) -> None:
    for query in STRANGE:
        answer = full.get(f"/oai?{query}")
        assert answer.status_code == 200, query
        root = check(answer.content)
        assert errors(root), query


def test_the_grammar_refuses_what_is_no_answer(full: httpx.Client) -> None:
    good = full.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").content.decode()
    for what, instead in (
        ("<datestamp>", "<datestamp>x"),
        ("<metadata>", "<metadata><header/>"),
        ("<setSpec>", "<setSpec> "),
        (' status="deleted"', ""),
        ("<responseDate>", "<wrong/><responseDate>"),
        ("<identifier>", "<identifier>é "),
    ):
        assert what in good
        assert not GRAMMAR.validate(etree.fromstring(good.replace(what, instead, 1).encode()))
