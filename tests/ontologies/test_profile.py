"""The application profile: each shape accepts a good example and names what is wrong with a bad one."""

from __future__ import annotations

import pytest
from rdflib import RDF, Graph, Namespace, URIRef

from ontologies.namespaces import PREFIXES
from tests.application_profile import SH, SHAPES, findings

HEAD = "\n".join(f"@prefix {p}: <{base}> ." for p, base in PREFIXES.items()) + "\n@prefix : <https://hub.example/> .\n"

GOOD = """
:w a bf:Work, bf:Text ; bf:title :wt ; bf:language <http://id.loc.gov/vocabulary/languages/vie> ;
    bf:contribution :c ; bf:hasInstance :i ; bf:expressionOf :h ; bf:subject :s ; bf:classification :d .
:wt a bf:Title ; bf:mainTitle "Truyện Kiều" , "傳翹"@vi-Hani .
:c a bf:Contribution ; bf:agent :a ; bf:role <http://id.loc.gov/vocabulary/relators/aut> .
:a a bf:Agent, bf:Person ; rdfs:label "Nguyễn Du, 1765-1820" .
:h a bf:Hub ; bf:title :wt .
:s a bf:Topic, madsrdf:Topic ; rdfs:label "Thơ Nôm" .
:d a bf:ClassificationDdc ; bf:classificationPortion "895.92212" .
:i a bf:Instance ; bf:instanceOf :w ; bf:title :wt ; bf:identifiedBy :n ; bf:provisionActivity :p ; bf:hasItem :t ;
    bf:responsibilityStatement "Nguyễn Du" ; bf:note :note .
:n a bf:Isbn ; rdf:value "9780300040517" .
:p a bf:ProvisionActivity, bf:Publication ; bf:date "1979"^^lcdt:edtf ; bflc:simplePlace "Hà Nội" .
:note a bf:Note ; rdfs:label "Chữ Nôm" .
:t a bf:Item ; bf:heldBy :l ; bf:itemOf :i ; bf:shelfMark :m ; bh:itemStatus bh:onLoan ; bh:due "2024-12-01"^^xsd:date .
:m a bf:ShelfMarkDdc ; rdfs:label "895.922 TR" .
:l a schema:Library ; rdfs:label "Thư viện"@vi ; geo:lat 21.0 ; geo:long 105.8 .
:e a bf:EnumerationAndChronology ; rdfs:label "Q.1-5 (1917-1919)" .
"""

BAD = {
    "Work": (":w a bf:Work ; bf:hasInstance :x . :x a bf:Item ; bf:heldBy :l ; bf:itemOf :i .", "leads to an Instance"),
    "Work, titleless": (":w a bf:Work .", "A Work has a title"),
    "Work, subject as text": (':w a bf:Work ; bf:subject "Thơ" .', "A subject is a resource"),
    "Hub": (":h a bf:Hub .", "A Hub has a title"),
    "Instance": (":i a bf:Instance .", "exactly one Work"),
    "Instance of two": (":i a bf:Instance ; bf:instanceOf :w, :v . :w a bf:Work . :v a bf:Work .", "exactly one Work"),
    "Item": (":t a bf:Item .", "exactly one library"),
    "Item of nothing": (":t a bf:Item ; bf:heldBy :l .", "exactly one Instance"),
    "Item, invented status": (":t a bf:Item ; bh:itemStatus bh:eaten .", "one of six"),
    "Agent": (":a a bf:Person .", "An agent has a name"),
    "Concept": (":s a madsrdf:Authority .", "A heading has a label"),
    "Library": (":l a schema:Library .", "A library has a name"),
    "Library off the globe": (':l a schema:Library ; rdfs:label "x" ; geo:lat 121.0 .', "A latitude"),
    "Title": (":t a bf:Title .", "A title has its main part"),
    "Title, empty": (':t a bf:Title ; bf:mainTitle "" .', "A title has its main part"),
    "Contribution": (":c a bf:Contribution .", "exactly one agent"),
    "ProvisionActivity": (':p a bf:ProvisionActivity ; bf:date "khoảng 1979" .', "EDTF"),
    "Identifier": (":i bf:identifiedBy :n . :n a bf:Local .", "An identifier has one value"),
    "Title, twice in a script": (':t a bf:Title ; bf:mainTitle "甲"@ja , "乙"@ja .', "once in each script"),
    "ISBN": (':n a bf:Isbn ; rdf:value "604-123 (bìa cứng)" .', "An ISBN has ten or thirteen"),
    "Classification": (":w bf:classification :d .", "A classification has a class number"),
    "Note": (":w bf:note :n .", "A note says something"),
    "EnumerationAndChronology": (":e a bf:EnumerationAndChronology .", "can be read"),
    "Item, shelf mark without words": (":t a bf:Item ; bf:shelfMark :m .", "A shelf mark is a node with a label"),
    "blank node": ('[] a bf:Title ; bf:mainTitle "x" .', ""),
}


def messages(turtle: str) -> list[str]:
    """The messages of all results of a validation."""
    return [message for _, _, message in findings(Graph().parse(data=HEAD + turtle, format="turtle"))]


def test_the_good_example_conforms() -> None:
    assert messages(GOOD) == []


@pytest.mark.parametrize("what", BAD)
def test_a_bad_example_is_told_what_is_wrong(what: str) -> None:
    turtle, message = BAD[what]
    found = messages(turtle)
    assert any(message in text for text in found), found
    assert found


def test_the_shapes_themselves_are_valid_and_every_one_is_named_in_two_languages() -> None:
    shapes = set(SHAPES.subjects(RDF.type, SH.NodeShape))
    assert len(shapes) >= 15
    for shape in shapes:
        assert isinstance(shape, URIRef)
        names = {getattr(o, "language", None) for o in SHAPES.objects(shape, Namespace(PREFIXES["rdfs"])["label"])}
        assert names == {"en", "vi"}, shape
