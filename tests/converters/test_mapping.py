"""docs/mapping.md is what the rules say today."""

from pathlib import Path

from converters.bibframe.mapping import mapping

DOCUMENT = Path(__file__).parents[2] / "docs" / "mapping.md"


def test_mapping_reference_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == mapping(), "run `make docs`"
