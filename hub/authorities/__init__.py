"""The authority file of the hub: what members propose for it, the hub's own records, and the whole of it as files."""

from hub.authorities.own_records import AUTHORITY_FILE
from hub.authorities.proposals import (
    BadProposal,
    Proposal,
    accept,
    proposal,
    proposals,
    propose,
    reject,
    take_back,
    undo,
)

__all__ = [
    "AUTHORITY_FILE",
    "BadProposal",
    "Proposal",
    "accept",
    "proposal",
    "proposals",
    "propose",
    "reject",
    "take_back",
    "undo",
]
