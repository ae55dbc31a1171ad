"""Statements of two conversions of the same records, compared whatever their URIs and blank nodes.

A statement of a record is (role, property path, value) with the path beginning at its Work or Instance; minted and
blank nodes vanish in the path, so that only what is said counts. A bundle is an owned node with all that is said
below it: do the right values stand together? Nodes of others (id.loc.gov …) are values; what is said about them
(labels) is never demanded, but may satisfy what the other side says.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

BF = "http://id.loc.gov/ontologies/bibframe/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
INVERSE = {f"{BF}instanceOf": f"{BF}hasInstance", f"{BF}itemOf": f"{BF}hasItem", f"{BF}partOf": f"{BF}hasPart"}
IGNORED = frozenset({"http://id.loc.gov/ontologies/bflc/marcKey"})
"""Made for the way back to MARC, in a form of its own on each side."""
DEPTH = 12
_NAMES = {
    BF: "bf:",
    "http://id.loc.gov/ontologies/bflc/": "bflc:",
    "http://www.loc.gov/mads/rdf/v1#": "mads:",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://id.loc.gov/datatypes/": "lcdt:",
    "http://www.w3.org/2001/XMLSchema#": "xsd:",
}
"""The names that facts.json uses."""

Value = str | tuple[str, str, str]
Statement = tuple[str, str, str]


@dataclass
class Said:
    """What one record says: statements, those about nodes of others, and bundles, each counted."""

    own: Counter[Statement] = field(default_factory=Counter)
    others: Counter[Statement] = field(default_factory=Counter)
    bundles: Counter[tuple[str, str, frozenset[tuple[str, str]]]] = field(default_factory=Counter)


@dataclass(frozen=True)
class Agreement:
    """Shares, from 0 to 1."""

    path_recall: float
    path_precision: float
    bundle_recall: float


def curie(iri: str) -> str:
    """An IRI with the customary prefix of its vocabulary."""
    for base, prefix in _NAMES.items():
        if iri.startswith(base):
            return prefix + iri[len(base) :]
    return iri


def spelled(name: str) -> str:
    """The IRI of a name with prefix; an IRI stays."""
    return next((iri + name[len(prefix) :] for iri, prefix in _NAMES.items() if name.startswith(prefix)), name)


class Side:
    """One conversion: N-Triples, the form of its Works' and Instances' IRIs (groups ``key`` and ``role``), and what
    all IRIs that it mints begin with.
    """

    def __init__(self, data: bytes, roots: str, minted: str, *, ignored: Iterable[str] = IGNORED) -> None:
        self.minted = minted
        self.ignored = frozenset(ignored)
        self.statements: dict[str, set[tuple[str, Value]]] = defaultdict(set)
        for triple in ox.parse(data, format=ox.RdfFormat.N_TRIPLES, lenient=True):
            subject, predicate, value = _name(triple.subject), triple.predicate.value, _name(triple.object)
            if predicate in INVERSE and isinstance(value, str):
                subject, predicate, value = value, INVERSE[predicate], subject
            self.statements[str(subject)].add((predicate, value))
        form = re.compile(roots)
        found = ((iri, form.match(iri)) for iri in self.statements)
        self.roots = {iri: (m["key"], m["role"].capitalize()) for iri, m in found if m}

    def records(self) -> dict[str, Said]:
        """What each record says, by its key."""
        said: dict[str, Said] = defaultdict(Said)
        for iri, (key, role) in self.roots.items():
            statements, bundles = self._below(iri, 0)
            for path, value, foreign in statements:
                (said[key].others if foreign else said[key].own)[role, path, value] += 1
            said[key].bundles.update((role, path, content) for path, content in bundles)
        return said

    def _below(
        self, node: str, depth: int
    ) -> tuple[list[tuple[str, str, bool]], list[tuple[str, frozenset[tuple[str, str]]]]]:
        statements: list[tuple[str, str, bool]] = []
        bundles: list[tuple[str, frozenset[tuple[str, str]]]] = []
        for predicate, value in self.statements.get(node, ()):
            if predicate in self.ignored or self._made_by_program(predicate, value):
                continue
            name = curie(predicate)
            if isinstance(value, tuple):
                statements.append((name, _literal(value), False))
            elif predicate == TYPE:
                statements.append(("a", curie(value), False))
            elif value in self.roots:
                statements.append((name, f"->{self.roots[value][1]}", False))
            else:
                owned = value.startswith(("_:", self.minted))
                if not owned:
                    statements.append((name, f"<{value.rstrip('/')}>", False))
                if value in self.statements and depth < DEPTH:
                    below, inner = self._below(value, depth + 1)
                    statements += [(f"{name}/{path}", v, foreign or not owned) for path, v, foreign in below]
                    if owned:
                        content = frozenset((path, v) for path, v, foreign in below if not foreign)
                        bundles.append((name, content))
                        bundles += [(f"{name}/{path}", c) for path, c in inner]
        return statements, bundles

    def _made_by_program(self, predicate: str, value: Value) -> bool:
        """The reference's note of its own run: no statement about the resource."""
        return predicate == f"{BF}adminMetadata" and any(
            p == f"{BF}generationProcess" for p, _ in self.statements.get(str(value), ())
        )


def _name(term: object) -> Value:
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    assert isinstance(term, ox.Literal)
    return term.value, term.language or "", term.datatype.value


def _literal(value: tuple[str, str, str]) -> str:
    text, language, datatype = value
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if language:
        return f'"{text}"@{language.lower()}'
    return f'"{text}"' if datatype.endswith("#string") else f'"{text}"^^{curie(datatype)}'


def agreement(reference: Mapping[str, Said], candidate: Mapping[str, Said]) -> Agreement:
    """How much of the reference the candidate says, and how much of what it says the reference says."""
    asked = found = said = right = bundles = together = 0
    for key in reference.keys() | candidate.keys():
        theirs, ours = reference.get(key, Said()), candidate.get(key, Said())
        asked += theirs.own.total()
        found += (theirs.own & (ours.own + ours.others)).total()
        said += ours.own.total()
        right += (ours.own & (theirs.own + theirs.others)).total()
        bundles += theirs.bundles.total()
        together += (theirs.bundles & ours.bundles).total()
    return Agreement(found / asked, right / said, together / bundles)
