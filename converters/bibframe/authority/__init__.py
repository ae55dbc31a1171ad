"""Rules for authority records: MADS/RDF and SKOS."""
