"""What is said when a proposal cannot be kept: titles and advice for :data:`hub.web.errors.MESSAGES`."""

from __future__ import annotations

from hub.web.i18n import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "bad-proposal": (
        mark("The proposal cannot be read"),
        mark("A proposal is a new heading, another form, or a merge."),
    ),
    "bad-form": (
        mark("This is no heading"),
        mark("Write it as in MARC: the name or term, then further subfields as in “Nguyễn, Du,$d1765-1820”."),
    ),
    "no-such-heading": (
        mark("There is no such heading"),
        mark("Give the address of a name, subject or title of this hub."),
    ),
    "same-form": (mark("This form is the heading itself"), mark("Propose a form that differs from it.")),
    "same-heading": (mark("These are one heading already"), mark("Nothing needs to be done.")),
    "other-kind": (mark("Headings of different kinds"), mark("A name, a subject and a title cannot be one heading.")),
    "established-already": (
        mark("This is an established heading already"),
        mark("If both are the same, propose to merge them."),
    ),
    "proposed-already": (mark("This has been proposed already"), mark("It waits for the consortium's office.")),
    "too-many-proposals": (mark("Too many proposals are waiting"), mark("Send more when the office has judged some.")),
    "cannot-establish": (
        mark("This heading cannot be changed here"),
        mark("No record says how it is written in MARC. Send an authority record of it first."),
    ),
    "cannot-join": (mark("These headings cannot be joined"), mark("One of them is not in use any more.")),
    "proposal-state": (mark("This proposal is judged already"), mark("Load the page again to see what became of it.")),
}
"""By the code of :class:`hub.authorities.BadProposal`."""

KINDS: dict[str, str] = {
    "PersonalName": mark("Person"),
    "FamilyName": mark("Family"),
    "CorporateName": mark("Organization"),
    "ConferenceName": mark("Meeting"),
    "Topic": mark("Topic"),
    "Geographic": mark("Place"),
    "Temporal": mark("Period"),
    "GenreForm": mark("Genre or form"),
    "ComplexSubject": mark("Compound subject"),
    "Event": mark("Event"),
    "Hub": mark("Group of versions"),
    "Agent": mark("Agent"),
}
HEADING_KINDS: dict[str, str] = {
    "person": mark("Person"),
    "family": mark("Family"),
    "corporate": mark("Organization"),
    "jurisdiction": mark("Jurisdiction"),
    "meeting": mark("Meeting"),
    "title": mark("Preferred title"),
    "topic": mark("Topic"),
    "place": mark("Place"),
    "period": mark("Period"),
    "genre": mark("Genre or form"),
}
LISTS: dict[str, str] = {
    "names": mark("Names"),
    "subjects": mark("Subjects"),
    "genreForms": mark("Genres and forms"),
    "hubs": mark("Titles"),
}
PROPOSAL_KINDS: dict[str, str] = {
    "new": mark("New heading"),
    "variant": mark("Another form"),
    "merge": mark("Merge"),
}
STATES: dict[str, str] = {
    "open": mark("waiting"),
    "accepted": mark("accepted"),
    "rejected": mark("declined"),
    "taken-back": mark("taken back"),
}
STATUSES: dict[str, str] = {
    "current": mark("current"),
    "merged": mark("merged"),
    "withdrawn": mark("withdrawn"),
    "linked": mark("linked"),
    "unknown": mark("unknown"),
}
"""What became of an address (refresh)."""
