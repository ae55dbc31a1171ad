"""A source may be slow, broken or hostile: its answer is read within bounds, whole, or not at all."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial

import pytest

from hub.harvest import transport, wire
from hub.harvest.client import Repository as Client
from hub.harvest.transport import seconds
from hub.harvest.wire import HarvestError
from hub.registry.schema import quarantine
from tests.hub.harvest.conftest import Kept
from tests.hub.harvest.repository import BEGINNING, Answer, Item, Repository, envelope, one, packed
from tests.hub.harvest.test_harvest import fill

LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FILE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LIST = envelope("<ListRecords></ListRecords>")


def with_prolog(prolog: bytes) -> bytes:
    return LIST.replace(b"?>", b"?>" + prolog, 1)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(with_prolog(LAUGHS)), "document type"),
        (Answer(with_prolog(FILE)), "document type"),
        (Answer(with_prolog(b"<!-- responseDate -->" + LAUGHS)), "document type"),
        (
            Answer(with_prolog(LAUGHS).decode().replace("UTF-8", "UTF-16").encode("utf-16")),
            "document type",
        ),
        (Answer(LIST[:-20]), "no well-formed XML"),
        (Answer(LIST.replace(b"<ListRecords>", b"<ListRecords>\x00")), "no well-formed XML"),
        (Answer(b"<html><body>Vui l\xc3\xb2ng th\xe1\xbb\xad l\xe1\xba\xa1i</body></html>"), "no OAI-PMH"),
        (Answer(b""), "no well-formed XML"),
        (Answer(b"x" * 300_000), "more than 0 MiB"),
        (packed(b"<!-- " + b" " * 50_000_000 + b" -->"), "more than 0 MiB"),
        (
            Answer(b"", 302, {"Location": "http://169.254.169.254/latest"}),
            "has moved to 'http://169.254.169.254/latest'",
        ),
        (Answer(b"", 503, {"Retry-After": "86400"}), "come back in 86400 seconds"),
        (Answer(b"", 403), "HTTP 403"),
        (Answer(envelope('<error code="cannotDisseminateFormat">no</error>')), "CannotDisseminateFormat: no"),
        (Answer(envelope('<error code="Exception">no</error>')), "refuses ListRecords"),
        (Answer(envelope("")), "neither records nor an error"),
        (Answer(envelope(f"<ListRecords><resumptionToken>{'t' * 3000}</resumptionToken></ListRecords>")), "2000"),
    ],
)
def test_an_answer_that_is_none_takes_nothing_and_loses_nothing(
    kept: Kept, repository: Repository, answer: Answer, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.cli.harvest.Repository", partial(Client, most_bytes=200_000, retries=0))
    fill(repository, 4)
    repository.manners = lambda arguments, n: answer if "resumptionToken" in arguments else None
    began = time.monotonic()
    done = kept.harvest()
    assert time.monotonic() - began < 20
    assert done.returncode == 3
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert kept.live == {"r0", "r1"}, "the page before is there"
    repository.manners = lambda arguments, n: None
    assert kept.harvest().returncode == 0
    assert kept.live == {"r0", "r1", "r2", "r3"}


def test_a_busy_source_is_asked_again_when_it_says(kept: Kept, repository: Repository) -> None:
    fill(repository, 1)
    repository.manners = lambda arguments, n: (
        Answer(b"", (503, 429)[n - 1], {"Retry-After": "1"}) if n in (1, 2) else None
    )
    began = time.monotonic()
    assert kept.harvest().returncode == 0
    assert time.monotonic() - began >= 2
    assert kept.live == {"r0"}


def test_retry_after_has_two_forms() -> None:
    assert seconds("120") == 120
    at = datetime.now(UTC) + timedelta(seconds=90)
    assert 85 <= (seconds(format_datetime(at, usegmt=True)) or 0) <= 90
    assert seconds(format_datetime(at - timedelta(hours=1), usegmt=True)) == 0
    assert [seconds(text) for text in (None, "", "soon", "-5", "٣", "9" * 40)] == [None] * 6


def test_a_source_that_turns_in_circles_is_left(kept: Kept, repository: Repository) -> None:
    fill(repository, 1)
    circle = envelope("<ListRecords><resumptionToken>again</resumptionToken></ListRecords>")
    repository.manners = lambda arguments, n: Answer(circle) if arguments["verb"] == "ListRecords" else None
    done = kept.harvest()
    assert (done.returncode, len(repository.lists)) == (3, 2)
    assert "same resumption token" in done.stderr

    def ever_new(arguments: dict[str, str], n: int) -> Answer | None:
        if arguments["verb"] != "ListRecords":
            return None
        return Answer(envelope(f"<ListRecords><resumptionToken>t{n}</resumptionToken></ListRecords>"))

    repository.manners = ever_new
    done = kept.harvest("--full")
    assert done.returncode == 3
    assert "turns in circles" in done.stderr


def test_identifiers_and_records_beyond_measure_are_rejected_one_by_one(kept: Kept, repository: Repository) -> None:
    fill(repository, 1)
    large = "<record xmlns='http://www.loc.gov/MARC21/slim'><leader/>" + "<x/>" * 1_100_000 + "</record>"
    repository.put("oai:a:large", large)
    repository.put("i" * 3000, *[i.metadata for i in repository.items.values() if i.metadata][:1])
    repository.put("", *[i.metadata for i in repository.items.values() if i.metadata][:1])
    repository.page = 10
    assert kept.harvest().returncode == 1
    assert kept.live == {"r0"}
    assert len(kept.rejects) == 3
    assert any("more than 4,194,304 bytes" in reason for reason in kept.rejects)
    assert max(len(r.reason) for r in kept.rows(quarantine)) < 1000


def test_text_of_records_is_kept_as_text(kept: Kept, repository: Repository) -> None:
    marc = '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 a 4500</leader>{}</record>'
    field = (
        '<datafield tag="245" ind1="0" ind2="0"><subfield code="a"><![CDATA[</script>]]>&amp;lt;</subfield></datafield>'
    )
    repository.put("oai:a:1", marc.format(f'<controlfield tag="001">1</controlfield>{field}'))
    assert kept.harvest().returncode == 0
    assert kept.live == {"1"}


def test_a_dripping_answer_ends(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(repository, 1)
    monkeypatch.setattr(transport, "MOST_SECONDS", -1)
    with Client(repository.url, "test") as client, pytest.raises(HarvestError, match="seconds"):
        client.identify_strictly()


def test_a_source_that_is_not_there_is_said_so() -> None:
    with Client("http://127.0.0.1:9/oai", "test", retries=0) as client, pytest.raises(HarvestError, match="reached"):
        client.identify_strictly()


def test_nothing_is_mended_silently() -> None:
    """A mending parser would give the first record of this and say nothing of the second."""
    text = envelope("<ListRecords>" + one("a", Item(BEGINNING, "<record/>")) + "</ListRecords>")
    assert len(wire.page(wire.root_of(text)).records) == 1
    with pytest.raises(HarvestError, match="well-formed"):
        wire.root_of(text.replace(b"</ListRecords>", b"<record><header></ListRecords>"))
