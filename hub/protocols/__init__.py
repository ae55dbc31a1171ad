"""Protocols of others, one package each: strangers to each other, with their foreign words in their wire.py."""
