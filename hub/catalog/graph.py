"""A description in memory: what pages read. Made from the rows of a query, in the store's order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from hub.catalog.reader import Row, Term
from ontologies.namespaces import BF, RDF, RDFS

_LAST = re.compile(r"[/#]([^/#]+)[/#]?\Z")


def iri(term: str) -> str:
    """``<http://…>`` as the namespaces give it → the bare IRI."""
    return term[1:-1]


TYPE = iri(RDF.type)
LABEL = iri(RDFS.label)
VALUE = iri(RDF.value)


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its language tag (empty when the record does not tell)."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A thing with the labels known of it, at least one: the last part of its IRI if the store has no other."""

    iri: str
    labels: tuple[Text, ...] = ()

    def label(self, language: str = "") -> str:
        """The label in a language (``vi``), else one without language, else any, else the end of the IRI."""
        for wanted in (language, "", "en"):
            for label in self.labels:
                if label.language == wanted:
                    return label.text
        if self.labels:
            return self.labels[0].text
        found = _LAST.search(self.iri)
        return found.group(1) if found else self.iri


class Graph:
    """Statements by subject and predicate; subjects and predicates are IRIs as text, objects are terms."""

    def __init__(self) -> None:
        self._out: dict[str, dict[str, list[Term]]] = {}

    def add(self, subject: str, predicate: str, value: Term) -> None:
        """Add one statement; one that is there already changes nothing."""
        values = self._out.setdefault(subject, {}).setdefault(predicate, [])
        if value not in values:
            values.append(value)

    def rows(self, rows: Iterable[Row]) -> Graph:
        """Add the solutions of a query with ?s ?p ?o (?s without ?o adds nothing)."""
        for row in rows:
            if "s" in row and "p" in row and "o" in row:
                self.add(row["s"].value, row["p"].value, row["o"])
        return self

    def triples(self) -> Iterator[Triple]:
        """All statements as pyoxigraph triples."""
        for subject, out in self._out.items():
            for predicate, values in out.items():
                for value in values:
                    yield Triple(NamedNode(subject), NamedNode(predicate), value)

    def extend(self, triples: Iterable[Triple]) -> Graph:
        """Add pyoxigraph triples; blank nodes, which a hub never has, are refused with ValueError."""
        for subject, predicate, value, *_ in triples:  # parsing gives quads
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                self.add(subject.value, predicate.value, value)
            elif isinstance(subject, BlankNode) or isinstance(value, BlankNode):
                raise ValueError(f"a blank node in a description: {subject} {predicate} {value}")
        return self

    def __contains__(self, subject: str) -> bool:
        return subject in self._out

    def __len__(self) -> int:
        return sum(len(values) for out in self._out.values() for values in out.values())

    def subjects(self) -> list[str]:
        """The subjects in order of their first statement."""
        return list(self._out)

    def out(self, subject: str) -> dict[str, list[Term]]:
        """Predicate → values of one subject."""
        return self._out.get(subject, {})

    def all(self, subject: str, *predicates: str) -> list[Term]:
        """The values of some predicates (terms in angle brackets, as ontologies.namespaces gives them)."""
        out = self._out.get(subject, {})
        return [value for predicate in predicates for value in out.get(iri(predicate), ())]

    def nodes(self, subject: str, *predicates: str) -> list[str]:
        """The IRIs among the values."""
        return [v.value for v in self.all(subject, *predicates) if isinstance(v, NamedNode)]

    def texts(self, subject: str, *predicates: str) -> list[Text]:
        """The literals among the values."""
        return [Text(v.value, v.language or "") for v in self.all(subject, *predicates) if isinstance(v, Literal)]

    def text(self, subject: str, *predicates: str) -> str:
        """The first literal, one without a language tag before others; the empty string when there is none."""
        found = self.texts(subject, *predicates)
        return next((t.text for t in found if not t.language), found[0].text if found else "")

    def types(self, subject: str) -> list[str]:
        """The classes of a subject, the most general BIBFRAME ones last."""
        general = (iri(BF.Work), iri(BF.Instance), iri(BF.Item), iri(BF.Agent), iri(BF.Title))
        found = [v.value for v in self._out.get(subject, {}).get(TYPE, ())]
        return sorted(found, key=lambda t: t in general)

    def link(self, node: str) -> Link:
        """A node with its labels: rdfs:label, else its title, else the literals that stand for it."""
        labels = self.texts(node, RDFS.label)
        if not labels:
            for title in self.nodes(node, BF.title):
                labels += self.texts(title, BF.mainTitle)
        labels = labels or self.texts(node, RDF.value) or self.texts(node, BF.code)
        return Link(node, tuple(labels))

    def links(self, subject: str, *predicates: str) -> list[Link]:
        """The values as links; a literal where a thing was expected becomes a link without an IRI."""
        found = []
        for value in self.all(subject, *predicates):
            if isinstance(value, NamedNode):
                found.append(self.link(value.value))
            else:
                found.append(Link("", (Text(value.value, value.language or ""),)))
        return found

    def outside(self, subject: str, *predicates: str) -> list[Link]:
        """The values that are things of their own or at least have a label (a code that no list has)."""
        return [v for v in self.links(subject, *predicates) if v.labels or not v.iri.startswith(f"{subject}#")]

    def labelled(self, subject: str, *predicates: str) -> list[Text]:
        """The values as texts: literals as they are, nodes by their labels."""
        found: list[Text] = []
        for link in self.links(subject, *predicates):
            found.extend(link.labels)
        return found


@lru_cache(maxsize=16)
def description(ntriples: bytes) -> Graph:
    """The graph of a description, to be read only: page, headers and links of one request ask for the same."""
    return Graph().extend(parse(ntriples, RdfFormat.N_TRIPLES))
