"""HTTP as a harvester of strangers needs it: bounded in bytes and time, patient when asked, never led elsewhere.

What comes back is read whole here, so that nothing above meets an answer that is larger than agreed.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from hub.harvest.wire import HarvestError

MOST_BYTES = 32 << 20
"""Bytes of one answer, unpacked. A page of a thousand MARC records has about 4 MB."""
MOST_SECONDS = 600.0
"""Seconds for one answer to arrive, however busy it drips."""
MOST_WAIT = 900
"""Seconds that Retry-After may ask for; who asks for more is harvested by a later run."""
_ASKS_TO_WAIT = (429, 503)
_NOT_OURS = ("content-encoding", "content-length", "transfer-encoding")


class Bounded(httpx2.BaseTransport):
    """Sends by an ordinary transport and reads each answer within its bounds.

    429 and Retry-After in its form as a date become what the client knows: 503 with seconds (RFC 9110 §10.2.3).
    """

    def __init__(self, inner: httpx2.BaseTransport, most_bytes: int = MOST_BYTES) -> None:
        self.inner = inner
        self.most_bytes = most_bytes

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer, read. Raises HarvestError for one that leads elsewhere, is too large or slow, or has us wait."""
        until = time.monotonic() + MOST_SECONDS
        answer = self.inner.handle_request(request)
        try:
            if 300 <= answer.status_code < 400:
                to = answer.headers.get("location", "")
                raise HarvestError(f"the source has moved to {to[:300]!r}: if that is right, give it with --url")
            body = self._read(answer, until)
        finally:
            answer.close()
        headers = [(k, v) for k, v in answer.headers.items() if k not in (*_NOT_OURS, "retry-after")]
        status = answer.status_code
        if status in _ASKS_TO_WAIT:
            wait = seconds(answer.headers.get("retry-after"))
            if wait is not None:
                if wait > MOST_WAIT:
                    raise HarvestError(f"the source asks to come back in {wait} seconds; a later run goes on from here")
                headers.append(("retry-after", str(wait)))
            status = 503
        return httpx2.Response(status, headers=headers, content=body, request=request)

    def _read(self, answer: httpx2.Response, until: float) -> bytes:
        found = bytearray()
        for piece in answer.iter_bytes(1 << 16):
            found += piece
            if len(found) > self.most_bytes:
                raise HarvestError(
                    f"one answer has more than {self.most_bytes >> 20} MiB: let the source send fewer records at a time"
                )
            if time.monotonic() > until:
                raise HarvestError(f"one answer took more than {MOST_SECONDS:.0f} seconds")
        return bytes(found)

    def close(self) -> None:
        """Let go of the connections."""
        self.inner.close()


def seconds(text: str | None) -> int | None:
    """Retry-After as seconds from now, None when it says nothing usable."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 12:
        return int(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0, round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()))
