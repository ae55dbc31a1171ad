"""Asking a repository: one request, one whole answer or a HarvestError that says what to do."""

from __future__ import annotations

import httpx2
from lxml import etree
from oaipmh_scythe import Scythe
from oaipmh_scythe.config import HTTPConfig, RetryConfig
from oaipmh_scythe.exceptions import BadResumptionToken, NoRecordsMatch, OAIPMHException

from hub.harvest import wire
from hub.harvest.sources import Source
from hub.harvest.transport import MOST_BYTES, Bounded
from hub.harvest.wire import HarvestError, Identity, Page

SILENCE = 120.0
"""Seconds that a source may be silent: library systems collect a page of records slowly."""
RETRIES = 4
PAUSE = 30.0
"""Seconds between attempts when the source names none; the longest pause after a broken connection."""


class TokenRefused(HarvestError):
    """The source does not know its resumption token any more: the list begins anew."""


class Repository(Scythe):
    """The OAI-PMH repository at an address.

    Requests, retries and error codes are Scythe's; the bytes go through :class:`Bounded` and are read strictly by
    :mod:`hub.harvest.wire`, because Scythe's own parser mends broken XML and so loses records silently.
    """

    def __init__(
        self,
        url: str,
        agent: str,
        *,
        most_bytes: int = MOST_BYTES,
        retries: int = RETRIES,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        retry = RetryConfig(
            max_retries=retries,
            retry_status_codes=(500, 502, 503, 504),
            default_retry_after=PAUSE,
            retry_on_transport_error=True,
        )
        super().__init__(url, http_config=HTTPConfig(timeout=SILENCE, user_agent=agent), retry_config=retry)
        self._bounded = Bounded(transport or httpx2.HTTPTransport(retries=1), most_bytes)
        self._agent = agent

    @property
    def client(self) -> httpx2.Client:
        """The HTTP client: bounded, and following no redirects."""
        if self._client is None or self._client.is_closed:
            self._client = httpx2.Client(
                transport=self._bounded,
                headers={"Accept": "text/xml, application/xml;q=0.9", "User-Agent": self._agent},
                timeout=httpx2.Timeout(SILENCE, connect=20.0),
                follow_redirects=False,
                trust_env=False,
            )
        return self._client

    def identify_strictly(self) -> Identity:
        """What the repository says of itself."""
        return wire.identity(self._ask({"verb": "Identify"}))

    def list(self, source: Source, start: str | None) -> Page:
        """The first page of a source's records, changed since the datestamp ``start``; an empty one when none are."""
        query = {"verb": "ListRecords", "metadataPrefix": source.prefix}
        if source.set_spec:
            query["set"] = source.set_spec
        if start is not None:
            query["from"] = start
        try:
            return wire.page(self._ask(query))
        except NoRecordsMatch:
            return Page("")

    def go_on(self, token: str) -> Page:
        """The page of a resumption token. Raises TokenRefused for one that the repository does not take any more."""
        try:
            return wire.page(self._ask({"verb": "ListRecords", "resumptionToken": token}))
        except NoRecordsMatch:
            return Page("")
        except BadResumptionToken as error:
            raise TokenRefused(f"the source does not take its own resumption token: {error}") from error

    def _ask(self, query: dict[str, str]) -> etree._Element:
        try:
            answer = self.harvest(query)
        except (NoRecordsMatch, BadResumptionToken):
            raise
        except OAIPMHException as error:
            said = f"{type(error).__name__}: {str(error)[:300]}"
            raise HarvestError(f"the source refuses {query['verb']} ({said}); check set and prefix") from error
        except httpx2.HTTPStatusError as error:
            raise HarvestError(
                f"the source answers {query['verb']} with HTTP {error.response.status_code}; the next run goes on here"
            ) from error
        except httpx2.HTTPError as error:
            raise HarvestError(
                f"the source cannot be reached ({type(error).__name__}: {str(error)[:200]}); the next run goes on here"
            ) from error
        return wire.root_of(answer.http_response.content)
