"""Measurements beside their peers, in one run: `make bench`."""
