import os

class One:
    # ruleid: py-pickle-runs
    def __reduce__(self):
        return (os.system, ("id",))

class Two:
    # ruleid: py-pickle-runs
    def __reduce__(self):
        return exec, ("import a",)

class Three:
    # ok: py-pickle-runs
    def __reduce__(self):
        return (Three, (self.a,))

class Four:
    # ok: py-pickle-runs
    def __repr__(self):
        return "os.system"
