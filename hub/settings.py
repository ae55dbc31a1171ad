"""Every setting of a hub: name, default, one sentence. Read once, by hub.wiring; nothing else reads the environment.

A setting comes from the environment (``HUB_BASE_URI``) or, for what belongs to the hub and not to the machine, from
``hub.json`` in its data folder; the environment wins.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

CONFIG = "hub.json"
_ADDRESS = re.compile(r"[\w.+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)


class SettingError(ValueError):
    """A setting that cannot be used; the message names it and what it may be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one hub; each field's comment is its documentation (``hub settings`` prints it)."""

    data: Path  # the hub's folder; everything it keeps is inside
    base_uri: str = "http://127.0.0.1:8000/"  # what every URI of the hub begins with; ends in /
    title_vi: str = "Mục lục liên hợp BibHub"  # name of the hub, Vietnamese
    title_en: str = "BibHub union catalogue"  # name of the hub, English
    contact: str = ""  # e-mail address of who runs the hub, told on the pages, in robots.txt and in OAI-PMH
    registry: str = ""  # database URL of the registry; empty: registry.sqlite in the data folder
    store: str = ""  # triple store of another server (docs/sparql.md); empty: Oxigraph in the data folder
    store_token: str = ""  # bearer token for that store
    record_graphs: bool = False  # also keep what each member said in a named graph of the record's URI
    workers: int = 0  # processes that convert; 0: one per processor, at most 8
    readers: int = 2  # processes that answer public SPARQL queries
    site_readers: int = 2  # processes that answer the hub's own pages
    query_seconds: float = 20.0  # deadline of a public query
    query_memory_mib: int = 2048  # memory of one public reader
    query_budget: float = 60.0  # query seconds per minute and client
    upload_mib: int = 2048  # largest file that a member may send over the web
    vanish_percent: float = 5.0  # a harvest that would withdraw more of a member's records stops and says so
    generation_seconds: float = 30.0  # while loading, how often readers get a new generation

    def __post_init__(self) -> None:
        if not self.base_uri.startswith(("http://", "https://")) or not self.base_uri.endswith("/"):
            raise SettingError(f"HUB_BASE_URI must begin with http:// or https:// and end in /, not {self.base_uri!r}")
        if self.contact and not _ADDRESS.fullmatch(self.contact):
            raise SettingError(f"HUB_CONTACT must be an e-mail address, not {self.contact!r}")

    @property
    def registry_url(self) -> str:
        """The database URL in force."""
        return self.registry or f"sqlite:///{self.data / 'registry.sqlite'}"


def read_settings(data: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the hub in folder ``data``.

    Raises SettingError naming the setting, its source and what it may be.
    """
    environment = os.environ if environment is None else environment
    config = data / CONFIG
    given: dict[str, Any] = {}
    if config.exists():
        try:
            given = json.loads(config.read_text("utf-8"))
        except ValueError as error:
            raise SettingError(f"{config} is not JSON: {error}") from error
    known = {f.name: f for f in fields(Settings) if f.name != "data"}
    for name in given:
        if name not in known:
            raise SettingError(f"{config}: unknown setting {name!r}; known are {', '.join(sorted(known))}")
    for name in known:
        text = environment.get(f"HUB_{name.upper()}")
        if text is not None:
            given[name] = text
    values: dict[str, Any] = {"data": data}
    for name, value in given.items():
        kind: type[Any] = type(getattr(Settings(data), name))
        try:
            if kind is bool and isinstance(value, str):
                value = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[value.lower()]
            values[name] = kind(value)
        except (ValueError, KeyError) as error:
            said = {"int": "a whole number", "float": "a number", "bool": "true or false"}.get(kind.__name__, "text")
            raise SettingError(f"setting {name} (HUB_{name.upper()}): {value!r} is not {said}") from error
    return Settings(**values)


def write_setting(data: Path, name: str, value: object) -> None:
    """Keep one setting in ``hub.json``."""
    config = data / CONFIG
    given = json.loads(config.read_text("utf-8")) if config.exists() else {}
    given[name] = value
    data.mkdir(parents=True, exist_ok=True)
    draft = config.with_suffix(".tmp")
    draft.write_text(json.dumps(given, ensure_ascii=False, indent=2) + "\n", "utf-8")
    draft.replace(config)
