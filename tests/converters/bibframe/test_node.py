"""The writing of nodes: each statement once, where it is first made, whoever makes it."""

from __future__ import annotations

from converters.bibframe.node import Heading, Node, ntriples, written_out
from ontologies.namespaces import BF, RDFS

WORK = "<http://b/works/1>"


def work() -> Node:
    root = Node("work", BF.Work, root=True)
    root.iri = WORK
    return root


def test_equal_nodes_are_one_and_are_written_once() -> None:
    root = work()
    for _ in range(2):
        root.add(BF.note, Node("note", BF.Note).add(RDFS.label, '"tr. 5"'))
    lines = ntriples(root)
    assert len(lines) == 4  # the class of the Work, two lines of the note, the link
    assert len(set(lines)) == 4


def test_one_term_may_be_said_by_several_predicates_each_once() -> None:
    root = work()
    for predicate in (BF.content, BF.media, BF.content, BF.media, BF.carrier):
        root.add(predicate, "<http://t/x>")
    assert [line.split(" ")[1] for line in ntriples(root)[1:]] == [BF.content, BF.media, BF.carrier]


def test_a_statement_repeated_within_a_node_is_written_once() -> None:
    root = work()
    root.add(
        BF.note, Node("note", BF.Note).add(RDFS.label, '"a"').add(BF.status, "<http://t/s>").add(RDFS.label, '"a"')
    )
    lines = ntriples(root)
    assert len(lines) == len(set(lines)) == 5


def test_what_bears_an_iri_may_be_described_in_two_places() -> None:
    root = work()
    for label in ('"Kiều"', '"Truyện Kiều"'):
        topic = Node("topic", BF.Topic).add(RDFS.label, label)
        topic.iri = "<http://t/kieu>"
        root.add(BF.subject, topic)
    assert ntriples(root) == [
        f"{WORK} {_type()} {BF.Work} .",
        f"<http://t/kieu> {_type()} {BF.Topic} .",
        f'<http://t/kieu> {RDFS.label} "Kiều" .',
        f"{WORK} {BF.subject} <http://t/kieu> .",
        f'<http://t/kieu> {RDFS.label} "Truyện Kiều" .',
    ]


def test_a_heading_that_is_the_root_itself_repeats_nothing() -> None:
    root = work()
    itself = Node("work", BF.Work).add(RDFS.label, '"Kiều"')
    itself.iri = WORK
    root.add(BF.relatedTo, itself).add(RDFS.label, '"Kiều"')
    lines = ntriples(root)
    assert len(lines) == len(set(lines)) == 3


def test_a_root_given_twice_is_written_once() -> None:
    first, second = work().add(RDFS.label, '"a"'), work().add(RDFS.label, '"b"')
    lines = written_out([first, second], None, "<http://b/records/1>").split("\n")
    assert len(lines) == len(set(lines)) == 3


def test_a_heading_is_what_the_hub_says_it_is() -> None:
    root = work()
    root.add(BF.agent, Node("agent", BF.Person, heading=Heading("agents", "Person|Nguyễn Du")))
    assert ntriples(root, lambda heading: f"<http://b/{heading.group}/9>")[1:] == [
        f"{WORK} {BF.agent} <http://b/agents/9> ."
    ]


def _type() -> str:
    return "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
