"""The authority file of the hub: what members propose for it, the hub's own records, and the whole of it as files."""

from hub.authorities.own_records import AUTHORITY_FILE
from hub.authorities.proposals import (
    STATES,
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
    "STATES",
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
