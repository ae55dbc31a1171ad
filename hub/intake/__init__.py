"""Files in, records out: the only writer of records. The one verb is :func:`load`."""

from hub.intake.load import LoadReport, Progress, load

__all__ = ["LoadReport", "Progress", "load"]
