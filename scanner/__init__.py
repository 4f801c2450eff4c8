"""pratique: has something that we ship been compromised on its way to us?"""

__version__ = "0.1.0"
