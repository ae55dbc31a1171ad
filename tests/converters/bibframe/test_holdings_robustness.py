"""Whatever stands in the fields, the output is valid N-Triples, every Item has a library and a key of its own."""

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters import convert
from converters.bibframe.ledger import ledger_of
from converters.marc.record import Field, Record
from converters.profile import PRESETS
from ontologies.namespaces import BF

text = st.text(
    alphabet=st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from('0123456789.-/:"\\<>$ \n\tẫđ')),
    max_size=15,
)
subfields = st.lists(st.tuples(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"), text), max_size=8)


def fields(tags: str) -> st.SearchStrategy[list[Field]]:
    field = st.builds(
        Field, st.sampled_from(tags.split()), st.sampled_from(" 01234789"), st.sampled_from(" 0127"), subfields
    )
    return st.lists(field, max_size=6)


HOLDINGS = "014 841 842 843 844 845 850 852 852 853 854 855 856 863 864 865 866 867 868 876 877 878 880 541 561 583 506"
AUTHORITY = (
    "010 016 024 034 035 040 042 043 045 046 053 072 082 100 110 111 130 148 150 151 155 162 180 185 368 370 371 "
    "372 373 374 377 378 380 383 400 410 430 450 451 455 500 510 550 551 640 670 675 678 680 682 688 700 710 750 "
    "751 856 880"
)
LOCAL = "852 945 949 952 974 999 AVA ITM 866"


def check(record: Record, profile: str) -> None:
    d = convert(record, PRESETS[profile], key="r 1")
    triples = list(ox.parse(d.ntriples("https://x.org/").encode(), format=ox.RdfFormat.N_TRIPLES))
    keys = [item.key for item in d.items]
    assert len(set(keys)) == len(keys)
    assert all(keys)
    for item in d.items:
        assert len(item.values(BF.heldBy)) <= 1
    items = {t.subject for t in triples if t.predicate.value.endswith("/itemOf")}
    assert len(items) == (len(d.items) if d.kind == "bibliographic" else 0)
    counted = sum(ledger_of([record], PRESETS[profile]).totals().values())
    assert counted == sum(len(f.subfields) if f.tag >= "010" else 1 for f in record.fields)


@settings(max_examples=150, deadline=None)
@given(fields(HOLDINGS))
def test_any_holdings_record(found: list[Field]) -> None:
    check(Record("00000ny  a2200000zn 4500", found), "koha")


@settings(max_examples=100, deadline=None)
@given(fields(HOLDINGS))
def test_any_embedded_holdings(found: list[Field]) -> None:
    check(Record("00000nas a2200000 i 4500", found), "plain")


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_any_local_field(preset: str) -> None:
    @settings(max_examples=40, deadline=None)
    @given(fields(LOCAL))
    def holds(found: list[Field]) -> None:
        check(Record("00000nam a2200000 i 4500", found), preset)

    holds()


@settings(max_examples=200, deadline=None)
@given(fields(AUTHORITY))
def test_any_authority_record(found: list[Field]) -> None:
    check(Record("00000nz  a2200000n  4500", found), "koha")
