"""Keep a copy of a hub in step: python follow.py https://hub.example.org/activity/works copy.sqlite

Run it again whenever the copy should catch up; it goes on where it stopped. Needs httpx and nothing else.
"""

import sqlite3
import sys

import httpx


def follow(client: httpx.Client, feed: str, copy: sqlite3.Connection) -> int:
    """Apply what happened in the feed since the last time; gives the number of activities."""
    copy.execute("CREATE TABLE IF NOT EXISTS thing (iri TEXT PRIMARY KEY, ntriples TEXT)")
    copy.execute("CREATE TABLE IF NOT EXISTS bookmark (feed TEXT PRIMARY KEY, page TEXT, activity TEXT)")
    page, last = copy.execute("SELECT page, activity FROM bookmark WHERE feed = ?", (feed,)).fetchone() or (
        client.get(feed).raise_for_status().json()["first"]["id"],
        "",
    )
    count = 0
    while page:
        found = client.get(page).raise_for_status().json()
        ids = [activity["id"] for activity in found["orderedItems"]]
        new = found["orderedItems"][ids.index(last) + 1 if last in ids else 0 :]
        for iri, kind in {activity["object"]["id"]: activity["type"] for activity in new}.items():
            ntriples = None if kind in ("Deprecate", "Delete", "Remove") else describe(client, iri)
            if ntriples is None:  # gone by this activity, or by one that is yet to come
                copy.execute("DELETE FROM thing WHERE iri = ?", (iri,))
            else:
                copy.execute("REPLACE INTO thing VALUES (?, ?)", (iri, ntriples))
        count += len(new)
        last = ids[-1] if ids else last
        copy.execute("REPLACE INTO bookmark VALUES (?, ?, ?)", (feed, page, last))
        copy.commit()
        page = found.get("next", {}).get("id")
    return count


def describe(client: httpx.Client, iri: str) -> str | None:
    """What the hub says of a thing, None when it says that there is no such thing (301 merged, 410 gone)."""
    answer = client.get(iri, headers={"Accept": "application/n-triples"})
    if answer.status_code == 303:
        answer = client.get(answer.headers["Location"])
    return None if answer.status_code in (301, 410) else answer.raise_for_status().text


if __name__ == "__main__":
    with httpx.Client(timeout=60) as web:
        sys.stdout.write(f"{follow(web, sys.argv[1], sqlite3.connect(sys.argv[2]))} activities\n")
