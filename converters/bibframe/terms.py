"""N-Triples terms as text (W3C RDF 1.1 N-Triples). MARC text is hostile until it has passed through here."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from converters.kept import kept

_UNSAFE = re.compile(r'["\\\x00-\x1f\ud800-\udfff\ufffe\uffff]')
# What no XML document may hold (XML 1.0 §2.2) becomes U+FFFD: a literal must survive RDF/XML, too.
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# RFC 3987, ucschar: what is left out are controls, private use, surrogates and the last two of each plane.
_UCSCHAR = "\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14)
)
_NOT_IN_IRI = re.compile(rf'[^\x21-\x7e{_UCSCHAR}]|[<>"{{}}|\\^`\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")
_SCHEMES = frozenset({"http", "https", "urn", "info", "doi", "ftp"})
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match.group(), "\ufffd")


def literal(text: str, language: str | None = None, datatype: str | None = None) -> str:
    """A literal term. ``datatype`` is an IRI in angle brackets; a language tag that is not BCP 47 is left out.

    No text gives ``""`` whatever the language, which :meth:`converters.bibframe.node.Node.add` passes over.
    """
    if not text:
        return '""'
    if not (text.isprintable() and '"' not in text and "\\" not in text) and _UNSAFE.search(text):
        text = _UNSAFE.sub(_escape, text)
    if language and _LANGUAGE_TAG.match(language):
        return f'"{text}"@{language}'
    return f'"{text}"^^{datatype}' if datatype else f'"{text}"'


_ESCAPED = re.compile(r"\\(?:u([0-9A-F]{4})|(.))", re.S)
_UNESCAPES = {v[1]: k for k, v in _ESCAPES.items()}


def text_of(term: str) -> str:
    """The text of a literal term that :func:`literal` wrote; of an IRI term, the IRI."""
    if not term.startswith('"'):
        return term[1:-1]
    body = term[1 : term.rindex('"')]
    if "\\" not in body:
        return body
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else _UNESCAPES.get(m[2], m[2]), body)


def iri(text: str) -> str | None:
    """An IRI term, or None when ``text`` is not an absolute IRI of a scheme we publish (RFC 3987).

    Only http(s), ftp, urn, info and doi become IRIs: ``javascript:``, ``data:``, ``file:`` and text with spaces,
    quotes, angle brackets or bidi controls stay literals.
    """
    text = text.strip()
    scheme, colon, rest = text.partition(":")
    if not colon or not rest or scheme.lower() not in _SCHEMES or _NOT_IN_IRI.search(text) or _BAD_PERCENT.search(text):
        return None
    if rest.startswith("//") or scheme.lower() in ("http", "https", "ftp"):
        if not _plain_authority(text):
            return None
    elif "[" in rest or "]" in rest:
        return None
    return f"<{text}>"


@kept(4096)
def _plain_authority(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    after = text.split("//", 1)[-1].partition("/")[2]
    return bool(host) and "[" not in after and "]" not in after and after.count("#") < 2


def segment(text: str) -> str:
    """Text as one path segment of an IRI: percent-encoded UTF-8 (RFC 3986)."""
    return text if text.isalnum() and text.isascii() else quote(text, safe="")
