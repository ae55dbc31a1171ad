"""Words and codes by which library systems say whether a copy can be had, as terms of the hub.

The six states are what a reader asks for; the systems' own words are many. A word that is not in the table is kept
as the label of a bf:Status, never guessed. Sources: Koha authorised values (952 $0 $1 $7), Sierra fixed field STATUS,
Evergreen copy statuses, Sirsi current locations, the words found in Vietnamese exports.
"""

from __future__ import annotations

from ontologies.namespaces import HUB

AVAILABLE = HUB.available
ON_LOAN = HUB.onLoan
REFERENCE_ONLY = HUB.referenceOnly
IN_PROCESS = HUB.inProcess
LOST = HUB.lost
WITHDRAWN = HUB.withdrawn

STATUSES: dict[str, str] = {
    "available": AVAILABLE,
    "on-loan": ON_LOAN,
    "reference-only": REFERENCE_ONLY,
    "in-process": IN_PROCESS,
    "lost": LOST,
    "withdrawn": WITHDRAWN,
}
"""The states by the name that a member profile uses."""

_WORDS: dict[str, str] = {
    word: STATUSES[state]
    for state, words in {
        "available": "available|in place|item in place|on shelf|checked in|not checked out|available for loan|"
        "in library|sẵn sàng|có sẵn|sẵn có|còn|còn sách|rỗi|trong kho|chưa mượn",
        "on-loan": "on loan|onloan|checked out|checkedout|loaned|charged|in circulation|overdue|đang mượn|đã mượn|"
        "cho mượn|đang cho mượn",
        "reference-only": "reference|reference only|not for loan|non-circ|noncirculating|non-circulating|"
        "library use only|lib use only|in-library use only|nonloanable|"
        "không cho mượn|đọc tại chỗ|chỉ đọc tại chỗ|tra cứu",
        "in-process": "in process|in processing|on order|on-order|order|ordered|cataloging|cataloguing|being cataloged|"
        "in transit|acquisition|binding|at bindery|bindery|đang xử lý|đang đặt|đặt mua|biên mục|đang biên mục",
        "lost": "lost|missing|lost and paid|claims returned|long overdue|long overdue (lost)|lost-paid|trace|"
        "mất|đã mất|thất lạc",
        "withdrawn": "withdrawn|discard|discarded|discard/weed|deleted|weeded|canceled|thanh lý|đã thanh lý|loại bỏ",
    }.items()
    for word in words.split("|")
}


def status_of(text: str) -> str | None:
    """The state that a word names, or None."""
    return _WORDS.get(" ".join(text.split()).casefold().rstrip("."))
