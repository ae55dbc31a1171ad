"""Names of classes, properties and roles for readers. Messages are English; the catalogues have the rest."""

from __future__ import annotations

import re

from hub.catalog.graph import Link
from hub.web.i18n import Tongue, mark
from ontologies.labels import terms
from ontologies.namespaces import PREFIXES

TYPES: dict[str, str] = {
    "Work": mark("Work"),
    "Instance": mark("Edition"),
    "Item": mark("Item"),
    "Hub": mark("Group of versions"),
    "Text": mark("Text"),
    "Monograph": mark("Monograph"),
    "Serial": mark("Serial"),
    "Series": mark("Series"),
    "Integrating": mark("Updating resource"),
    "Collection": mark("Collection"),
    "Print": mark("Print"),
    "Electronic": mark("Electronic"),
    "Manuscript": mark("Manuscript"),
    "Microform": mark("Microform"),
    "Tactile": mark("Braille or tactile"),
    "Archival": mark("Archival"),
    "Cartography": mark("Map"),
    "NotatedMusic": mark("Notated music"),
    "MusicAudio": mark("Music recording"),
    "NonMusicAudio": mark("Spoken recording"),
    "Audio": mark("Sound recording"),
    "MovingImage": mark("Film or video"),
    "StillImage": mark("Picture"),
    "Object": mark("Object"),
    "Kit": mark("Kit"),
    "Multimedia": mark("Multimedia"),
    "MixedMaterial": mark("Mixed material"),
    "Dataset": mark("Data"),
    "Dissertation": mark("Thesis"),
    "Person": mark("Person"),
    "Family": mark("Family"),
    "Organization": mark("Organization"),
    "Jurisdiction": mark("Jurisdiction"),
    "Meeting": mark("Meeting"),
    "Agent": mark("Agent"),
    "Topic": mark("Topic"),
    "Place": mark("Place"),
    "Temporal": mark("Period"),
    "GenreForm": mark("Genre or form"),
    "ComplexSubject": mark("Compound subject"),
    "Library": mark("Library"),
    "Arrangement": mark("Arrangement"),
    "Isbn": "ISBN",
    "Issn": "ISSN",
    "IssnL": "ISSN-L",
    "Ismn": "ISMN",
    "Doi": "DOI",
    "Lccn": "LCCN",
    "Nbn": mark("National bibliography number"),
    "Local": mark("Local number"),
    "Barcode": mark("Barcode"),
    "Identifier": mark("Identifier"),
    "book": mark("Book"),
    "ebook": mark("E-book"),
    "thesis": mark("Thesis"),
    "serial": mark("Serial"),
    "map": mark("Map"),
    "score": mark("Notated music"),
    "music": mark("Music recording"),
    "sound": mark("Sound recording"),
    "video": mark("Film or video"),
    "image": mark("Picture"),
    "object": mark("Object"),
    "software": mark("Software and multimedia"),
    "VariantTitle": mark("Variant title"),
    "ParallelTitle": mark("Parallel title"),
    "KeyTitle": mark("Key title"),
    "AbbreviatedTitle": mark("Abbreviated title"),
}

PREDICATES: dict[str, str] = {
    "rdf:type": mark("Kind"),
    "rdfs:label": mark("Name"),
    "bf:title": mark("Title"),
    "bf:mainTitle": mark("Title"),
    "bf:contribution": mark("People and organizations"),
    "bf:agent": mark("Agent"),
    "bf:role": mark("Role"),
    "bf:subject": mark("Subject"),
    "bf:genreForm": mark("Genre or form"),
    "bf:language": mark("Language"),
    "bf:classification": mark("Classification"),
    "bf:content": mark("Content type"),
    "bf:media": mark("Media type"),
    "bf:carrier": mark("Carrier"),
    "bf:issuance": mark("Mode of issuance"),
    "bf:dimensions": mark("Dimensions"),
    "bf:extent": mark("Extent"),
    "bf:note": mark("Note"),
    "bf:summary": mark("Summary"),
    "bf:tableOfContents": mark("Contents"),
    "bf:intendedAudience": mark("Audience"),
    "bf:illustrativeContent": mark("Illustrations"),
    "bf:supplementaryContent": mark("Supplementary content"),
    "bf:identifiedBy": mark("Identifier"),
    "bf:provisionActivity": mark("Publication"),
    "bf:publicationStatement": mark("Publication statement"),
    "bf:responsibilityStatement": mark("Statement of responsibility"),
    "bf:editionStatement": mark("Edition"),
    "bf:seriesStatement": mark("Series"),
    "bf:relation": mark("Related resource"),
    "bf:relatedTo": mark("Related resource"),
    "bf:otherPhysicalFormat": mark("Other physical format"),
    "bf:derivedFrom": mark("From record"),
    "bf:adminMetadata": mark("Description of the record"),
    "bf:geographicCoverage": mark("Place covered"),
    "bf:temporalCoverage": mark("Period covered"),
    "bf:originDate": mark("Date of the work"),
    "bf:originPlace": mark("Place of origin"),
    "bf:dissertation": mark("Thesis"),
    "bf:frequency": mark("Frequency"),
    "bf:copyrightDate": mark("Copyright date"),
    "bf:heldBy": mark("Held by"),
    "bf:itemOf": mark("Copy of"),
    "bf:instanceOf": mark("Edition of"),
    "bf:hasInstance": mark("Editions"),
    "bf:hasItem": mark("Items"),
    "bf:shelfMark": mark("Call number"),
    "bf:sublocation": mark("Location"),
    "bf:status": mark("Status"),
    "bf:enumerationAndChronology": mark("Volumes"),
    "bf:electronicLocator": mark("Online"),
    "bf:expressionOf": mark("Version of"),
    "bf:source": mark("Source"),
    "bf:version": mark("Version"),
    "bf:code": mark("Code"),
    "bflc:marcKey": mark("MARC form"),
    "foaf:topic": mark("Describes"),
}

# Words that templates translate from data: states of jobs, kinds of records.
_FROM_DATA = (
    mark("running"), mark("done"), mark("failed"), mark("interrupted"),
    mark("interrupted, goes on with the next run"),
    mark("bibliographic"), mark("holdings"), mark("authority"),
    mark("same"), mark("review"), mark("veto"), mark("different"),
    mark("create"), mark("merge"), mark("split"), mark("withdraw"), mark("revive"),
)  # fmt: skip

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def curie(iri: str) -> str:
    """``bf:title`` for an IRI of a known namespace, else the IRI."""
    for prefix, base in PREFIXES.items():
        if iri.startswith(base):
            return f"{prefix}:{iri[len(base) :]}"
    return iri


def type_name(name: str, speech: Tongue) -> str:
    """A class's local name for a reader; one without a message is spelled out (``VideoGame`` → ``Video game``)."""
    message = TYPES.get(name)
    return speech.gettext(message) if message else _spelled(name)


def predicate_name(iri: str, speech: Tongue) -> str:
    """A property for a reader."""
    short = curie(iri)
    message = PREDICATES.get(short)
    return speech.gettext(message) if message else _spelled(short.rpartition(":")[2].rpartition("/")[2])


def availability_name(state: str, speech: Tongue) -> str:
    """One of the hub's states of a copy (``onLoan``) for a reader, as the ontology calls it."""
    known = terms().get(f"bh:{state}")
    return known[1 if speech.code == "vi" else 0] if known else state


EVIDENCE: dict[str, str] = {
    "form": mark("form"),
    "title": mark("title"),
    "authors": mark("authors"),
    "year": mark("year"),
    "extent": mark("extent"),
    "publisher": mark("publisher"),
    "language": mark("language"),
    "place": mark("place"),
    "edition": mark("edition"),
    "isbn": "ISBN",
    "issn": "ISSN",
    "identifier": mark("identifier"),
    "identifiers": mark("identifiers"),
    "series": mark("series"),
    "part": mark("part"),
}


def evidence_name(name: str, speech: Tongue) -> str:
    """A compared feature for a reader."""
    message = EVIDENCE.get(name)
    return speech.gettext(message) if message else name


def role_name(link: Link, speech: Tongue) -> str:
    """A role for a reader, in lower case as roles are written after a name."""
    label = link.label(speech.code)
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _spelled(name: str) -> str:
    text = _CAMEL.sub(" ", name)
    return text[:1].upper() + text[1:].lower() if text else name
