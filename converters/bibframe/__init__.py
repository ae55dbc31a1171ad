"""MARC 21 to BIBFRAME 2: nodes, rules, and one module of rules for each Library of Congress specification."""
