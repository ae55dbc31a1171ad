"""Rules for bibliographic fields, one module per LC conversion specification."""
