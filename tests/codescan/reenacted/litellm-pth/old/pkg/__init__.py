__version__ = "1.0.0"


def add(a, b):
    return a + b
