"""Reading MARC: frames out of any stream, records out of frames."""
