"""The diagnostics of SRU: ``info:srw/diagnostic/1/{number}``, their words, and the exception that carries one.

Source: the SRU 1.1/1.2 diagnostics list and OASIS searchRetrieve 1.0 part 7 (SRU 2.0), which share the numbers.
"""

from __future__ import annotations

MESSAGES = {
    1: "General system error",
    2: "System temporarily unavailable",
    4: "Unsupported operation",
    5: "Unsupported version",
    6: "Unsupported parameter value",
    7: "Mandatory parameter not supplied",
    8: "Unsupported parameter",
    10: "Query syntax error",
    11: "Unsupported query type",
    12: "Too many characters in query",
    13: "Invalid or unsupported use of parentheses",
    14: "Invalid or unsupported use of quotes",
    15: "Unsupported context set",
    16: "Unsupported index",
    19: "Unsupported relation",
    20: "Unsupported relation modifier",
    22: "Unsupported combination of relation and index",
    23: "Too many characters in term",
    24: "Unsupported combination of relation and term",
    27: "Empty term unsupported",
    28: "Masking character not supported",
    29: "Masked words too short",
    30: "Too many masking characters in term",
    31: "Anchoring character not supported",
    32: "Anchoring character in unsupported position",
    36: "Term in invalid format for index or relation",
    37: "Unsupported boolean operator",
    38: "Too many boolean operators in query",
    39: "Proximity not supported",
    46: "Unsupported boolean modifier",
    48: "Query feature unsupported",
    50: "Result sets not supported",
    61: "First record position out of range",
    65: "Record does not exist",
    66: "Unknown schema for retrieval",
    67: "Record not available in this schema",
    71: "Unsupported record packing",
    72: "XPath retrieval unsupported",
    82: "Unsupported sort sequence",
    83: "Too many records to sort",
    84: "Too many sort keys to sort",
    87: "Unsupported schema for sort",
    88: "Unsupported path for sort",
    91: "Unsupported case for sort",
    92: "Unsupported missing value action",
    110: "Stylesheets not supported",
    120: "Response position out of range",
}
"""What each number means; only those that this server gives."""

_LONGEST_DETAILS = 200


class SruError(Exception):
    """A diagnostic to be given: its number, and details as the list asks for them (a parameter's name, an index …)."""

    def __init__(self, number: int, details: str = "") -> None:
        super().__init__(MESSAGES[number])
        self.number = number
        self.details = details if len(details) <= _LONGEST_DETAILS else details[: _LONGEST_DETAILS - 1] + "…"

    @property
    def uri(self) -> str:
        """``info:srw/diagnostic/1/{number}``."""
        return f"info:srw/diagnostic/1/{self.number}"
