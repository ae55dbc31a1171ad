"""Out of the hub again: MARC, schema.org, Dublin Core, citations."""
