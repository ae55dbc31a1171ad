"""Vocabularies, code lists, application profile: what the words of the hub mean. Imports nothing of the house."""
