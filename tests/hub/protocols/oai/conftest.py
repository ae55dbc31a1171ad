"""A served hub with two members, as in the tests of the feeds."""

from tests.hub.feeds.conftest import _members, web

__all__ = ["_members", "web"]
