"""A description as compact JSON-LD that reads like its page (W3C JSON-LD 1.1 compaction, done for one tree).

Owned nodes are nested where they are used, linked things carry their labels. A processor that expands it with the
published context gets the very triples of the other formats.
"""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode

from hub.catalog.graph import TYPE, Graph
from hub.catalog.reader import Term
from ontologies.namespaces import BF, PREFIXES, RDF, RDFS, XSD

_STRING = XSD.string[1:-1]
# What a reader looks for first stands first, as on the page.
_ORDER = {
    term[1:-1]: n
    for n, term in enumerate(
        (
            RDFS.label, RDF.value, BF.title, BF.mainTitle, BF.subtitle, BF.partNumber, BF.partName, BF.agent, BF.role,
            BF.responsibilityStatement, BF.contribution, BF.language, BF.editionStatement, BF.publicationStatement,
            BF.provisionActivity, BF.extent, BF.identifiedBy, BF.heldBy, BF.shelfMark, BF.subject, BF.genreForm,
            BF.classification, BF.summary, BF.expressionOf, BF.instanceOf, BF.hasInstance, BF.itemOf, BF.hasItem,
        )
    )
}  # fmt: skip


class Context:
    """A JSON-LD context read backwards: from IRIs to terms, with the coercion each term has."""

    def __init__(self, context: dict[str, Any]) -> None:
        inner = context.get("@context", context)
        parts = inner if isinstance(inner, list) else [inner]
        self.terms: dict[tuple[str, str, str], str] = {}
        self.aliases: dict[str, str] = {}
        self.prefixes: dict[str, str] = {}
        self.sets: set[str] = set()
        """Terms whose values are always a list (``@container: @set``)."""
        merged: dict[str, Any] = {}
        for part in parts:
            if isinstance(part, dict):
                merged.update(part)
        self.vocabulary = merged.get("@vocab") or ""
        simple = {k: v for k, v in merged.items() if isinstance(v, str) and not k.startswith("@")}
        self.prefixes = {k: v for k, v in simple.items() if v.startswith("http") and v[-1] in "/#"}
        for name, value in simple.items():
            if value.startswith("@"):
                self.aliases[value] = name
        self._simple = simple
        for name, value in merged.items():
            if name.startswith("@") or name in self.prefixes:
                continue
            if isinstance(value, str) and not value.startswith("@"):
                self.terms.setdefault((self.expand(value), "", ""), name)
            elif isinstance(value, dict) and isinstance(value.get("@id", name), str) and "@reverse" not in value:
                if value.get("@container") in ("@language", "@index", "@id", "@graph", "@list", "@type"):
                    continue  # these change the shape of the value; the plain form says the same
                if value.get("@container") == "@set":
                    self.sets.add(name)
                kind = value.get("@type") or ""
                kind = kind if kind.startswith("@") else self.expand(kind) if kind else ""
                language = value.get("@language")
                self.terms.setdefault(
                    (self.expand(value.get("@id", name)), kind, language if isinstance(language, str) else ""), name
                )

    def expand(self, text: str) -> str:
        """An IRI from a term's definition: compact, or a name of the default vocabulary."""
        prefix, colon, rest = text.partition(":")
        if colon and not rest.startswith("//") and prefix in self._simple:
            return self._simple[prefix] + rest
        return text if colon or not self.vocabulary else self.vocabulary + text

    def key(self, iri: str) -> str:
        """The short form of a predicate's or class's IRI where no term with coercion fits."""
        name = self.terms.get((iri, "", ""))
        if name:
            return name
        return self.compact(iri)

    def compact(self, iri: str) -> str:
        """``prefix:name`` where a prefix of the context fits, else the IRI."""
        for prefix, base in self.prefixes.items():
            if iri.startswith(base) and len(iri) > len(base) and not iri[len(base) :].startswith("//"):
                return f"{prefix}:{iri[len(base) :]}"
        return iri

    def keyword(self, name: str) -> str:
        """A keyword's alias (``@id`` → ``id``)."""
        return self.aliases.get(name, name)


DEFAULT_CONTEXT: dict[str, Any] = {"@context": dict(PREFIXES)}


def compact(graph: Graph, iri: str, about: str, context_url: str, names: Context) -> dict[str, Any]:
    """The graph as one tree from ``iri``; what does not hang on it (the document ``about``) stands beside it.

    ``names`` is the context that ``context_url`` answers with.
    """
    tree = _Tree(graph, names, iri)
    made: dict[str, Any] = {"@context": context_url}
    root = tree.node(iri)
    others = [tree.node(s) for s in graph.subjects() if s not in tree.written and s != about]
    document = tree.node(about) if about in graph and about not in tree.written else None
    beside = [o for o in [document, *others] if o is not None]
    if not beside:
        return {**made, **root}
    return {**made, "@graph": [root, *beside]}


class _Tree:
    """Writes each subject once, where it is first met; later it is only named."""

    def __init__(self, graph: Graph, names: Context, root: str) -> None:
        self.graph = graph
        self.names = names
        self.root = root
        self.written: set[str] = set()

    def node(self, subject: str) -> dict[str, Any]:
        """A subject with its statements, nested ones inside."""
        self.written.add(subject)
        made: dict[str, Any] = {self.names.keyword("@id"): subject}
        out = self.graph.out(subject)
        types = [self.names.key(v.value) for v in out.get(TYPE, ()) if isinstance(v, NamedNode)]
        if types:
            made[self.names.keyword("@type")] = types[0] if len(types) == 1 else types
        for predicate, values in sorted(out.items(), key=lambda pair: _ORDER.get(pair[0], len(_ORDER))):
            for value in values:
                if predicate == TYPE and isinstance(value, NamedNode):
                    continue
                key, written = self._pair(predicate, value)
                if key in made:
                    if not isinstance(made[key], list):
                        made[key] = [made[key]]
                    made[key].append(written)
                else:
                    made[key] = [written] if key in self.names.sets else written
        return made

    def _pair(self, predicate: str, value: Term) -> tuple[str, Any]:
        if isinstance(value, NamedNode):
            return self._link(predicate, value.value)
        return self._literal(predicate, value)

    def _link(self, predicate: str, target: str) -> tuple[str, Any]:
        nested = target in self.graph and target not in self.written and target != self.root
        for kind in ("@id", "@vocab"):
            name = self.names.terms.get((predicate, kind, ""))
            if name:
                return name, self.node(target) if nested else target
        key = self.names.key(predicate)
        return key, self.node(target) if nested else {self.names.keyword("@id"): target}

    def _literal(self, predicate: str, value: Literal) -> tuple[str, Any]:
        datatype = value.datatype.value
        if value.language:
            name = self.names.terms.get((predicate, "", value.language))
            if name:
                return name, value.value
            written: dict[str, Any] = {"@value": value.value, "@language": value.language}
        elif datatype == _STRING:
            # A term coerced to something else would change a plain string; the compact IRI is free of coercion.
            return self.names.key(predicate), value.value
        else:
            name = self.names.terms.get((predicate, datatype, ""))
            if name:
                return name, value.value
            written = {"@value": value.value, "@type": datatype}
        return self.names.key(predicate), written
