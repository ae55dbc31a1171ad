"""What the data set says of itself: VoID and DCAT at /.well-known/void, DCAT's licence and access points."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.requests import Request
from starlette.responses import Response

from hub.feeds import Dumps, dump_triples
from hub.web.links import LICENCE
from hub.web.negotiation import media_type
from hub.web.site import CORS, Site
from hub.web.start import Start
from ontologies.namespaces import BF, DCTERMS, FOAF, PREFIXES, RDF, VOID, XSD

_DCAT = "http://www.w3.org/ns/dcat#"
_FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
}
_PARTS = {"works": BF.Work, "instances": BF.Instance, "items": BF.Item, "hubs": BF.Hub, "agents": BF.Agent}


class WellKnown:
    """The data set's description."""

    def __init__(self, site: Site, start: Start) -> None:
        self.site = site
        self.start = start

    async def void(self, request: Request) -> Response:
        """GET /.well-known/void (W3C VoID §7.2)."""
        wanted = media_type(request.headers.get("accept"), tuple(_FORMATS)) or "text/turtle"

        async def make() -> bytes:
            prefixes = {k: v for k, v in PREFIXES.items() if k in ("void", "dcterms", "foaf", "bf", "rdf", "xsd")}
            if wanted in ("application/n-triples", "application/ld+json"):
                prefixes = {}
            return serialize(self._triples(), format=_FORMATS[wanted], prefixes={**prefixes} or None) or b""

        dump = Dumps(self.site.settings.data / "dumps").current()
        token = f"void {self.site.catalog.generation()} {dump['name'] if dump else ''}"
        return await self.site.answer(request, token, wanted, make, headers={"Vary": "Accept", **CORS})

    def _triples(self) -> list[Triple]:
        base, settings = self.site.base, self.site.settings
        dataset = NamedNode(f"{base}.well-known/void#dataset")
        made: list[Triple] = []

        def say(predicate: str, value: NamedNode | Literal, subject: NamedNode = dataset) -> None:
            made.append(Triple(subject, NamedNode(predicate.strip("<>")), value))

        def integer(value: int) -> Literal:
            return Literal(str(value), datatype=NamedNode(XSD.integer[1:-1]))

        say(RDF.type, NamedNode(VOID.Dataset[1:-1]))
        say(RDF.type, NamedNode(f"{_DCAT}Dataset"))
        say(DCTERMS.title, Literal(settings.title_vi, language="vi"))
        say(DCTERMS.title, Literal(settings.title_en, language="en"))
        say(DCTERMS.license, NamedNode(LICENCE))
        say(FOAF.homepage, NamedNode(base))
        say(VOID.sparqlEndpoint, NamedNode(f"{base}sparql"))
        say(VOID.uriSpace, Literal(base))
        say(f"{_DCAT}landingPage", NamedNode(base))
        for vocabulary in ("bf", "bflc", "madsrdf", "skos"):
            say(VOID.vocabulary, NamedNode(PREFIXES[vocabulary]))
        for media in _FORMATS:
            say(VOID.feature, NamedNode(f"http://www.iana.org/assignments/media-types/{media}"))
        numbers = self.start.numbers()
        say(VOID.entities, integer(sum(numbers[p] for p in _PARTS)))
        for place, class_ in _PARTS.items():
            part = NamedNode(f"{base}.well-known/void#{place}")
            say(VOID.classPartition, part)
            say(VOID["class"], NamedNode(class_[1:-1]), part)
            say(VOID.entities, integer(numbers[place]), part)
        made.extend(dump_triples(settings.data / "dumps", base))
        example = self.start.example()
        if example:
            say(VOID.exampleResource, NamedNode(example))
        return made
