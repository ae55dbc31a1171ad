"""The ``hub`` command: one verb a file. Results on stdout, progress and messages on stderr.

Exit codes: 0 done, 1 done with rejects (listed), 2 usage, 3 failed.
"""
