"""Tests of the sparql package."""
