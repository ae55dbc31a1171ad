"""Questions librarians ask, as SPARQL: the library of examples, read from ``queries/*.rq``.

A file is a SPARQL query as it stands. The comments at its head, up to the first empty line, say what it is:

    # group: holdings 01                  its section, and its place in the library
    # title-en: …   # title-vi: …         the question
    # about-en: …   # about-vi: …         what it does
    # parameter: name | default | English label | Vietnamese label

A parameter's default stands in the query as one token, a string or number; another value takes the place of every such
token. The string ``"vi"`` is the language of labels and becomes the reader's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal

from hub.web.i18n import DEFAULT, LANGUAGES, mark
from sparql.lexer import tokens

FOLDER = Path(__file__).parent / "queries"
MOST_CHARACTERS = 300
"""Of a parameter's value."""
GROUPS: dict[str, str] = {
    "holdings": mark("Who holds what"),
    "works": mark("Works, people and subjects"),
    "kinds": mark("Kinds of material"),
    "numbers": mark("Collections in numbers"),
    "quality": mark("Care of the data"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of an example that a reader may fill in; ``token`` is its default as it stands in the query."""

    name: str
    token: str
    labels: Mapping[str, str]

    @property
    def default(self) -> str:
        """What stands in the query as shipped."""
        return self.token.strip('"')


@dataclass(frozen=True)
class Example:
    """A named query. ``key`` is its name in links; titles and descriptions by language."""

    key: str
    group: str
    rank: int
    titles: Mapping[str, str]
    about: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    query: str
    """As shipped, with Vietnamese labels."""

    @cached_property
    def _tokens(self) -> list[tuple[int, int, str]]:
        return [(t.at, t.at + len(t.text), t.text) for t in tokens(self.query) if t.kind in ("string", "number")]

    def filled(self, values: Mapping[str, str], language: str = DEFAULT) -> str:
        """The query with values for its parameters (missing ones keep their default) and labels in ``language``.

        Values become literals, escaped; a number must be one. Raises ValueError for one that cannot be used.
        """
        places = {f'"{DEFAULT}"': f'"{language}"'}
        for parameter in self.parameters:
            value = values.get(parameter.name, "").strip()
            if value:
                places[parameter.token] = _literal(parameter, value)
        made, at = [], 0
        for start, end, text in self._tokens:
            made += [self.query[at:start], places.get(text, text)]
            at = end
        return "".join([*made, self.query[at:]])


def _literal(parameter: Parameter, value: str) -> str:
    if len(value) > MOST_CHARACTERS:
        raise ValueError(f"{parameter.name}: at most {MOST_CHARACTERS} characters")
    if parameter.token.startswith('"'):
        return str(Literal(value))
    if not (value.isascii() and value.isdigit()):
        raise ValueError(f"{parameter.name}: a whole number is needed")
    return value


def _read(path: Path) -> Example:
    head, _, query = path.read_text(encoding="utf-8").partition("\n\n")
    said: dict[str, str] = {}
    parameters = []
    for line in head.splitlines():
        name, _, value = line.removeprefix("#").strip().partition(": ")
        if name == "parameter":
            key, token, *labels = (part.strip() for part in value.split(" | "))
            parameters.append(Parameter(key, token, dict(zip(("en", "vi"), labels, strict=True))))
        else:
            said[name] = value
    group, rank = said["group"].split()
    titles, about = ({code: said[f"{name}-{code}"] for code in LANGUAGES} for name in ("title", "about"))
    return Example(path.stem, group, int(rank), titles, about, tuple(parameters), query.strip() + "\n")


def _library() -> tuple[Example, ...]:
    order = list(GROUPS)
    found = (_read(path) for path in FOLDER.glob("*.rq"))
    return tuple(sorted(found, key=lambda e: (order.index(e.group), e.rank)))


EXAMPLES: tuple[Example, ...] = _library()
BY_KEY: dict[str, Example] = {example.key: example for example in EXAMPLES}
