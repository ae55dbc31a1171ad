"""Vietnamese and English: catalogues of messages (gettext), numbers, dates, and which language a request wants."""

from __future__ import annotations

import datetime as calendar
import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from markupsafe import Markup
from starlette.requests import Request

from hub.projection.collation import sort_key
from hub.web.negotiation import language

LANGUAGES = ("vi", "en")
DEFAULT = "vi"
_MOST_MESSAGES = 5000
_LOCALES = Path(__file__).parent / "locale"


@lru_cache(maxsize=4)
def translations(code: str) -> NullTranslations:
    """The messages of a language. English is what the sources say; others are read from their ``.po`` at start."""
    path = _LOCALES / code / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalog = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def mark(text: str) -> str:
    """Mark a message for the catalogue where it is defined; it is translated where it is shown."""
    return text


class Tongue:
    """One language of the site: its messages and its ways of writing numbers and dates."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.locale = Locale(code)
        self._group = self.locale.number_symbols["latn"]["group"]  # of three digits each in all our languages
        self.messages = translations(code)
        self.gettext: Callable[[str], str] = self.messages.gettext
        self.ngettext: Callable[[str, str, int], str] = self.messages.ngettext

        self._said: dict[str, Markup] = {}

    def say(self, message: str, **values: Any) -> Markup:
        """A message for a template: markup of ours, with the ``values`` of its placeholders escaped."""
        said = self._said.get(message)
        if said is None:
            said = Markup(self.gettext(message))  # noqa: S704  messages are the project's own
            if len(self._said) < _MOST_MESSAGES:
                self._said[message] = said
        return said % values

    def number(self, value: float) -> str:
        """A number with the separators of the language (56.000 in Vietnamese, 56,000 in English)."""
        if isinstance(value, int):
            return f"{value:,}".replace(",", self._group)
        return format_decimal(value, locale=self.locale)

    def kilometres(self, value: float) -> str:
        """A distance: two digits below ten kilometres, three from there on."""
        digits = 0 if value >= 100 else 1
        return format_decimal(round(value, digits), locale=self.locale, decimal_quantization=False) + " km"

    def date(self, seconds: int) -> str:
        """A day, from seconds since 1970 (UTC)."""
        return format_date(datetime.fromtimestamp(seconds, UTC), format="long", locale=self.locale)

    def day(self, value: calendar.date) -> str:
        """A day in short."""
        return format_date(value, format="medium", locale=self.locale)

    def moment(self, seconds: int) -> str:
        """A day and time (UTC), from seconds since 1970."""
        return format_datetime(datetime.fromtimestamp(seconds, UTC), format="medium", locale=self.locale) + " UTC"

    def key(self, text: str) -> tuple[list[int], list[int], str]:
        """A sort key in the alphabet of the language."""
        return sort_key(text, self.code)


@lru_cache(maxsize=4)
def tongue(code: str) -> Tongue:
    """The tongue of a language code of :data:`LANGUAGES`."""
    return Tongue(code)


def chosen(request: Request) -> tuple[str, bool]:
    """(language, whether ``?lang=`` asked for it); else what Accept-Language prefers, else Vietnamese."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked, True
    return language(request.headers.get("accept-language"), LANGUAGES, DEFAULT), False
