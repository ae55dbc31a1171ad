"""Tokens: shown once, kept as a digest, narrow, ending."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from hub.members import MemberError
from hub.members.tokens import COARSE, SCOPES, Grant, add_token, note_use, revoke_token, token, token_of, tokens
from hub.registry import Registry, schema
from hub.registry.registry import now
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.conftest import Run


@pytest.fixture
def registry(settings: Settings) -> Iterator[Registry]:
    made = open_registry(settings)
    yield made
    made.close()


def test_only_the_digest_of_a_secret_is_kept(registry: Registry) -> None:
    with registry.write() as connection:
        grant, secret = add_token(connection, "A", ["review", "load"], "  Lan,  cataloguing ")
        other = add_token(connection, "A", ["load"], "Minh")[1]
        row = connection.execute(schema.token.select().where(schema.token.c.id == grant.id)).one()
        assert row.digest == hashlib.sha256(secret.encode()).digest()
        assert secret not in str(row)
        assert secret != other
        assert len(secret.removeprefix("bibhub_")) == 43, "256 bits in base64"
        assert grant.scopes == ("load", "review"), "in the order of the list"
        assert grant.label == "Lan, cataloguing"
        assert token_of(connection, secret) == grant
        for wrong in (secret[:-1], secret + "A", secret.lower(), "", "x" * 10_000, secret[:-1] + "ệ"):
            assert token_of(connection, wrong) is None, wrong[:60]


@pytest.mark.parametrize(
    ("member", "scopes", "label", "said"),
    [
        ("X", ["load"], "a", "no member"),
        ("A", ["everything"], "a", "scopes are"),
        ("A", [], "a", "scopes are"),
        ("A", ["office"], "a", "office"),
        ("A", ["load"], " ", "label"),
        ("A", ["load"], "a\x00b", "label"),
        ("A", ["load"], "a\u202eb", "label"),
        ("A", ["load"], "a" * 81, "label"),
    ],
)
def test_what_no_token_may_be(registry: Registry, member: str, scopes: list[str], label: str, said: str) -> None:
    with registry.write() as connection, pytest.raises(MemberError, match=said):
        add_token(connection, member, scopes, label)


def test_a_label_signs_for_one_at_a_time(registry: Registry) -> None:
    with registry.write() as connection:
        first = add_token(connection, "A", ["load"], "Lan")[0]
        add_token(connection, "B", ["load"], "Lan")
        add_token(connection, None, ["office"], "Lan")
        with pytest.raises(MemberError, match="called 'Lan'"):
            add_token(connection, "A", ["review"], "Lan")
        revoke_token(connection, first.id)
        add_token(connection, "A", ["review"], "Lan")
        assert [t.signature for t in tokens(connection)] == ["Lan (A)", "Lan (B)", "Lan (office)", "Lan (A)"]


def test_states_and_scopes(registry: Registry) -> None:
    with registry.write() as connection:
        grant = add_token(connection, "A", ["load"], "Lan", expires=now() + 100)[0]
        assert grant.state(now()) == "valid"
        assert grant.state(grant.expires) == "expired"
        revoke_token(connection, grant.id)
        assert token(connection, grant.id).state(now()) == "revoked"  # type: ignore[union-attr]
        with pytest.raises(LookupError):
            revoke_token(connection, grant.id)
        with pytest.raises(MemberError, match="past"):
            add_token(connection, "A", ["load"], "Lan", expires=now())


@pytest.mark.parametrize(
    ("member", "scopes", "scope", "of", "opens"),
    [
        ("A", ("load",), "load", "A", True),
        ("A", ("load",), "load", "B", False),
        ("A", ("load",), "records", "A", False),
        (None, ("load",), "load", "B", True),
        (None, ("load",), "records", "B", False),
        (None, ("office",), "records", "B", True),
        ("A", ("office",), "records", "A", False),  # a row that nothing of ours writes
    ],
)
def test_what_a_token_opens(member: str | None, scopes: tuple[str, ...], scope: str, of: str, opens: bool) -> None:
    assert Grant(1, member, scopes, "x", 0, 1).may(scope, of) is opens
    assert scope in SCOPES


def test_the_last_use_is_coarse(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    with registry.write() as connection:
        grant = add_token(connection, "A", ["load"], "Lan")[0]
    seen = []
    for later in (0, COARSE - 1, COARSE):
        at = grant.created + later
        monkeypatch.setattr("hub.members.tokens.now", lambda at=at: at)
        with registry.read() as connection:
            found = token(connection, grant.id)
        assert found is not None
        note_use(registry, found)
        with registry.read() as connection:
            seen.append(token(connection, grant.id).used)  # type: ignore[union-attr]
    assert seen == [grant.created, grant.created, grant.created + COARSE]


def test_the_command_shows_a_token_once(hub: Run, settings: Settings) -> None:
    made = hub("tokens", "add", "--member", "A", "--scope", "load,review", "--label", "Lan", check=True)
    secret = made.stdout.strip()
    assert secret.startswith("bibhub_")
    assert secret not in made.stderr
    office = hub("tokens", "add", "--scope", "office", "--label", "Văn phòng", "--expires", "2099-01-01", check=True)
    assert office.stdout.strip() != secret
    listed = hub("tokens", "list", check=True)
    assert secret not in listed.stdout
    lines = [line.split("\t") for line in listed.stdout.splitlines()]
    assert lines[1][:4] == ["1", "A", "load,review", "Lan"]
    assert lines[1][-1] == "valid"
    assert lines[2][1:4] == ["", "office", "Văn phòng"]
    assert lines[2][5] == "2099-01-01"
    assert hub("tokens", "revoke", "1").returncode == 0
    assert hub("tokens", "revoke", "1").returncode == 2
    assert hub("tokens", "list", "--member", "A").stdout.splitlines()[1].endswith("revoked")
    assert hub("tokens", "add", "--member", "X", "--scope", "load", "--label", "a").returncode == 2
