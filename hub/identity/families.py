"""Which headings name one thing: the linking ladder (design.md §4) as a pure function of the headings that meet.

What people joined → established headings (1XX) of several members' files with one register's number, or one name and
its dates → known IRI or number → the one established heading → the one authority's variant (4XX) → loose form (comma,
dates, order) with an agreeing fact → on its own, with candidates. Folding plays no part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from hub.identity.components import Groups
from hub.identity.features.text import strict
from hub.identity.names import PERSONS, Name, name_of

REGISTERS = ("id.loc.gov/authorities/", "viaf.org/viaf/", "isni.org/isni/", "wikidata.org/entity/")
"""Marks that mean one thing to every library; other numbers are their giver's."""

SHARED_MARK = 50
"""A mark that more headings bear than this tells nothing (a number copied into every record)."""


@dataclass(slots=True)
class Form:
    """A heading in use: its marks, its loose form, the authorities' established headings that claim it as 4XX, the
    heading that people let it stand for (None: no one has), and the members whose authority files establish it.
    """

    id: int
    place: str
    key: str
    established: bool = False
    marks: frozenset[str] = frozenset()
    loose: str | None = None
    claims: frozenset[int] = frozenset()
    joined: int | None = None
    owners: frozenset[str] = frozenset()

    @property
    def name(self) -> Name:
        """The heading's name and dates."""
        return name_of(self.key)


@dataclass(slots=True)
class Verdict:
    """What a heading stands for: the heading whose entity it shares (itself, or another), by which rule.

    ``candidates`` are headings it may mean, each with the reason why it was not linked.
    """

    target: int
    rule: str = "own"
    candidates: dict[int, str] = field(default_factory=dict)


SharesTitle = Callable[[Iterable[int], Iterable[int]], bool]
"""Whether records that use one of the first headings and records that use one of the second have a title in common."""


def compatible(a: Form, b: Form) -> bool:
    """Whether two headings that bear one mark may mean one thing: same kind, no other dates, a word or script apart."""
    one, two = a.name, b.name
    if a.place != b.place or one.kind != two.kind or one.other_dates(two):
        return False
    if a.id in b.claims or b.id in a.claims:
        return True
    first, second = set(one.words), set(two.words)
    return bool(first & second) or _latin(first) != _latin(second)


def _latin(words: Iterable[str]) -> bool:
    return any(c < "\u0250" or "\u1e00" <= c <= "\u1eff" for w in words for c in w if c.isalpha())


class _Family:
    """Headings being united; each group has at most one established heading at its root."""

    def __init__(self, forms: Mapping[int, Form]) -> None:
        self.forms = forms
        self.groups = Groups(forms)
        self.root: dict[int, int] = {n: n for n, f in forms.items() if f.established}
        self.rule: dict[int, str] = dict.fromkeys(self.root, "1XX")
        self.candidates: dict[int, dict[int, str]] = {n: {} for n in forms}
        self.chosen: set[int] = set()

    def roots(self, number: int) -> set[int]:
        """The established headings of a heading's group (none or one)."""
        return {self.root[n] for n in self.groups.of(number) if n in self.root}

    def unite(self, a: int, b: int, rule: str) -> bool:
        """Make two groups one unless each has an established heading of its own."""
        if self.groups.of(a) is self.groups.of(b):
            return True
        if len(self.roots(a) | self.roots(b)) > 1:
            self.may(a, b, f"{rule}, but both are established")
            return False
        for n in (*self.groups.of(a), *self.groups.of(b)):
            self.rule.setdefault(n, rule)
        self.groups.union(a, b)
        return True

    def may(self, a: int, b: int, reason: str) -> None:
        """Note two headings as candidates for each other."""
        self.candidates[a].setdefault(b, reason)
        self.candidates[b].setdefault(a, reason)


def decide(forms: Mapping[int, Form], shares_title: SharesTitle) -> dict[int, Verdict]:
    """What each heading stands for. ``forms`` is closed: none outside shares a mark or loose form with one in it."""
    family = _Family(forms)
    _by_people(family)
    _of_several_files(family)
    _by_mark(family)
    for n in sorted(forms, key=lambda n: forms[n].key):
        f = forms[n]
        known = [c for c in f.claims if c in forms and forms[c].place == f.place and c != n]
        if f.established or family.roots(n):
            continue
        if known and len(known) == len(f.claims - {n}) and len({id(family.groups.of(c)) for c in known}) == 1:
            family.unite(n, min(known, key=lambda c: forms[c].key), "4XX")
            continue
        for c in known:
            family.may(n, c, "several authorities claim it as variant")
    by_loose: dict[str, list[int]] = {}
    for n in sorted(forms, key=lambda n: forms[n].key):
        if forms[n].loose is not None:
            by_loose.setdefault(f"{forms[n].place} {forms[n].loose}", []).append(n)
    for met in by_loose.values():
        if len(met) > 1:
            _by_dates(family, met)
            if forms[met[0]].name.kind in PERSONS:
                _by_fact(family, met, shares_title)
    return _verdicts(family)


def _by_people(family: _Family) -> None:
    """Unite what people joined: a heading that leads elsewhere is established no longer."""
    pairs = [
        (n, f.joined) for n, f in sorted(family.forms.items()) if f.joined is not None and f.joined in family.forms
    ]
    for n, _ in pairs:
        family.root.pop(n, None)
        family.rule.pop(n, None)
    for n, target in pairs:
        family.unite(n, target, "decided")
    family.chosen = {target for _, target in pairs} - {n for n, _ in pairs}


def _of_several_files(family: _Family) -> None:
    """Unite established headings of several members' authority files, as far as no file tells two of them apart."""
    forms = family.forms
    roots = sorted(family.root, key=lambda n: forms[n].key)
    pairs: dict[tuple[int, int], str] = {}
    met: dict[tuple[str, str], list[int]] = {}
    for n in roots:
        for mark in sorted(forms[n].marks):
            if mark.startswith(REGISTERS):
                met.setdefault((forms[n].place, mark), []).append(n)
    for (_, mark), bearers in sorted(met.items()):
        for a, b in combinations(bearers, 2) if len(bearers) <= SHARED_MARK else ():
            if compatible(forms[a], forms[b]):
                pairs.setdefault((a, b), f"$0 {mark}")
    named: dict[tuple[str, str], list[int]] = {}
    for n in roots:
        if (loose := forms[n].loose) is not None and forms[n].name.kind in PERSONS:
            named.setdefault((forms[n].place, loose), []).append(n)
    for bearers in named.values():
        for a, b in combinations(bearers, 2):
            one, two = forms[a].name, forms[b].name
            if one.dated and one.same_dates(two):
                pairs.setdefault((a, b), "one name and dates in several authority files")
            elif not one.other_dates(two):
                family.may(a, b, "one name in several authority files, but dates do not tell")
    by_pair = Groups(roots)
    for a, b in pairs:
        by_pair.union(a, b)
    for group in by_pair.all():
        _unite_files(family, group, {pair: rule for pair, rule in pairs.items() if pair[0] in group})


def _unite_files(family: _Family, group: set[int], pairs: Mapping[tuple[int, int], str]) -> None:
    """Unite established headings that pairs connect, all of them or, where two cannot be one, none."""
    owners: list[str] = [o for n in group for o in {o for m in family.groups.of(n) for o in family.forms[m].owners}]
    apart = any(family.forms[a].name.other_dates(family.forms[b].name) for a, b in combinations(group, 2))
    if apart or len(owners) != len(set(owners)):
        for (a, b), rule in pairs.items():
            family.may(a, b, f"{rule}, but an authority file or a year tells some of them apart")
        return
    first = _canonical(family.forms, group)
    for n in group - {first}:
        del family.root[n]
        family.rule[n] = min(rule for pair, rule in pairs.items() if n in pair)
        family.unite(n, first, family.rule[n])


def _by_mark(family: _Family) -> None:
    bearers: dict[tuple[str, str], list[int]] = {}
    for n in sorted(family.forms, key=lambda n: family.forms[n].key):
        for mark in sorted(family.forms[n].marks):
            bearers.setdefault((family.forms[n].place, mark), []).append(n)
    for (_, mark), met in sorted(bearers.items()):
        established = [n for n in met if family.forms[n].established]
        if len(met) < 2 or len(met) > SHARED_MARK:
            continue
        if len({id(family.groups.of(e)) for e in established}) > 1:
            for n in met:
                for e in established:
                    if n != e:
                        family.may(n, e, f"several established headings bear {mark}")
            continue
        first = established[0] if established else _canonical(family.forms, met)
        for n in met:
            if n == first:
                continue
            if compatible(family.forms[n], family.forms[first]):
                family.unite(n, first, f"$0 {mark}")
            else:
                family.may(n, first, f"both bear {mark}, but their texts do not agree")


def _by_dates(family: _Family, met: list[int]) -> None:
    """Unite headings with the same words in the same order and the same dates (or none); Hubs with one loose form."""
    kept: dict[tuple[str, ...], list[int]] = {}
    for n in met:
        name = family.forms[n].name
        kept.setdefault(name.words if name.kind in PERSONS else (), []).append(n)
    for same in kept.values():
        # A year of death that only some state joins them when no two of them differ.
        births: dict[str | None, list[int]] = {}
        for n in same:
            name = family.forms[n].name
            births.setdefault(name.birth or (f"†{name.death}" if name.death else None), []).append(n)
        for one in births.values():
            deaths = {family.forms[n].name.death for n in one} - {None}
            for death in sorted(deaths, key=str) or [None]:
                fitting = {death, None} if len(deaths) < 2 else {death}
                agreeing = [n for n in one if family.forms[n].name.death in fitting]
                _unite_all(family, agreeing, "comma and dates only")


def _unite_all(family: _Family, met: list[int], rule: str) -> None:
    """Unite headings, unless they are of several established ones: then those without stay by themselves."""
    roots = sorted({r for n in met for r in family.roots(n)})
    free = [n for n in met if not family.roots(n)]
    for a, b in pairwise(free):
        family.unite(a, b, rule)
    held = [n for n in met if family.roots(n)]
    if len(roots) == 1:
        for n in free[:1]:
            family.unite(n, held[0], rule)
    for n in free if len(roots) > 1 else ():
        for r in roots:
            family.may(n, r, f"{rule}, but several are established")


def _by_fact(family: _Family, met: list[int], shares_title: SharesTitle) -> None:
    """Unite an undated name with the only dated one, a turned name with the only straight one, by a common title."""
    groups = {min(g): sorted(g & set(met)) for n in met if (g := family.groups.of(n))}
    listed = sorted(groups.values(), key=lambda g: min(family.forms[n].key for n in g))
    if len(listed) < 2:
        return
    dated = [g for g in listed if any(family.forms[n].name.dated for n in g)]
    plain = [g for g in listed if g not in dated]
    for first, second in combinations(dated, 2):
        agree = all(family.forms[x].name.same_dates(family.forms[y].name) for x in first for y in second)
        if agree and family.unite(first[0], second[0], "order and dates"):
            _by_fact(family, met, shares_title)  # once more, with fewer groups
            return
    if len(dated) == 1 or (not dated and len(plain) == 2):
        into = dated[0] if dated else plain[0]
        for one in plain:
            if one is into:
                continue
            if shares_title(one, into):
                family.unite(one[0], into[0], "one name, one dated form, a common title")
            else:
                family.may(one[0], into[0], "one name, but no common title")
        return
    for one in plain:
        for other in dated or [p for p in plain if p is not one]:
            family.may(one[0], other[0], "several bear the name")


def _canonical(forms: Mapping[int, Form], group: Iterable[int]) -> int:
    """The heading that stands for a group: established, with marks, most dates, inverted, of equals the smallest."""

    def order(n: int) -> tuple[bool, bool, int, bool, str]:
        f = forms[n]
        dates = (f.name.birth is not None) + (f.name.death is not None)
        return (not f.established, not f.marks, -dates, not f.name.inverted, f.key)

    return min(group, key=order)


def _verdicts(family: _Family) -> dict[int, Verdict]:
    found = {}
    for group in family.groups.all():
        roots = {family.root[n] for n in group if n in family.root} or family.chosen & set(group)
        target = min(roots) if roots else _canonical(family.forms, group)
        for n in group:
            rule = "own" if n == target else family.rule.get(n, "own")
            others = {c: reason for c, reason in family.candidates[n].items() if c not in group}
            found[n] = Verdict(target, rule, others)
    return found


def loose_form(place: str, key: str, creator: str | None = None) -> str | None:
    """The loose form of a heading: of a person's name, or of a Hub by its creator's entity and title; else None."""
    kind, _, rest = key.partition("|")
    if place == "agents" and kind in PERSONS:
        name = name_of(key)
        return name.loose if name.words else None
    if place == "hubs" and creator is not None:
        title = strict(rest.rpartition("|")[2])
        return f"{kind}|{creator}|{title}" if title else None
    return None
