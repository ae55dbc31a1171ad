"""BibHub: one linked-data union catalogue of many libraries. The rooms and who may call whom: CONTRIBUTING.md."""
