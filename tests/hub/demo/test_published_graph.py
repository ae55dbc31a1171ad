"""The graph that the demo's hub publishes, the whole of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import Graph

from hub.cli.main import main
from tests.application_profile import findings


@pytest.mark.timeout(180)
def test_it_keeps_to_the_application_profile(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["--data", str(folder), "export"]) == 0
    statements = {quad.triple for quad in parse(capfdbinary.readouterr().out, format=RdfFormat.N_QUADS)}
    published = Graph().parse(data=serialize(statements, format=RdfFormat.N_TRIPLES), format="nt")
    assert len(published) > 40_000
    assert [found for found in findings(published) if found[0]] == []
