import inspect


def widths():
    """one = 1"""


# ruleid: py-prose-runs
exec(widths.__doc__)
# ruleid: py-prose-runs
exec(compile(inspect.getsource(widths), "w", "exec"))
# ruleid: py-prose-runs
exec(open(__file__).read().split("# --")[1])
# ok: py-prose-runs
print(widths.__doc__)
# ok: py-prose-runs
exec(open("version.py").read())
# ok: py-prose-runs
pattern.compile(text)
