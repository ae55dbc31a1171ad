"""What the door says when it does not open: titles and advice for :data:`hub.web.errors.MESSAGES`."""

from __future__ import annotations

from hub.web.i18n import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "sign-in": (
        mark("Who are you?"),
        mark("This needs a valid token of the member. Sign in with it, or send it as “Authorization: Bearer …”."),
    ),
    "forbidden": (
        mark("Your token does not open this"),
        mark("It belongs to another member, or lacks the scope. The consortium's office gives tokens."),
    ),
    "too-many-failures": (
        mark("Too many wrong tokens"),
        mark("Wait a few minutes before you try again. A right token is let in at any time."),
    ),
    "form-expired": (
        mark("This form is no longer valid"),
        mark("Go back, load the page again and send it once more. Nothing was changed."),
    ),
    "too-large": (mark("Too large"), mark("Nothing was stored. Send less at once.")),
    "no-room": (mark("The hub has no room"), mark("Nothing was stored. Tell the consortium's office.")),
    "not-marc": (
        mark("This is no MARC file"),
        mark("Send ISO 2709 (.mrc), MARCXML or MARC-in-JSON, plain or packed with gzip."),
    ),
    "queue-full": (mark("Too many files are waiting"), mark("Send more when some of them are loaded.")),
    "unsupported-type": (
        mark("This type of content is not taken"),
        mark("Send one record as application/marc, application/marcxml+xml or application/marc-in-json."),
    ),
    "bad-record": (mark("The record cannot be stored"), mark("Mend the field that is named, and send it again.")),
    "stale": (
        mark("The record is not as you expect"),
        mark("Somebody has changed it since you read it. Read it again, make your change anew and send that."),
    ),
    "bad-holding": (
        mark("The copy cannot be kept"),
        mark("Mend what is named, and send it again. Nothing was changed."),
    ),
    "held-already": (
        mark("This copy is known already"),
        mark("A record of yours has it. Change that record in your own system."),
    ),
    "conflict": (mark("Not at the moment"), mark("Something else stands against it; nothing was changed.")),
}
