"""The error that routes raise."""

from __future__ import annotations

from starlette.exceptions import HTTPException


class Problem(HTTPException):
    """An error with a stable code (a key of :data:`hub.web.errors.MESSAGES`) and what exactly was wrong."""

    def __init__(self, status: int, code: str, detail: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail, headers)
        self.code = code
