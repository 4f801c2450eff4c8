"""Requirements in each ecosystem's own syntax: one module a syntax, imported when it is first asked for.

A module has `parse(text, scheme)`, which gives the alternatives and the rule by which a version is admitted, and raises
`InputError` for what it does not understand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from importlib import import_module

from scanner import versions
from scanner.errors import InputError
from scanner.versions.constraints.value import Alternative, Constraint, Interval, Rule
from scanner.versions.scheme import Scheme, UncomparableError

__all__ = ["SYNTAXES", "Constraint", "Interval", "constraint"]

# Longer ones are not written by hand. It also keeps the numbers in them within what Python converts.
_MAX_LENGTH = 2_000

SYNTAXES: dict[str, tuple[str, ...]] = {
    # `v4` of an action moves along with every 4.x.
    "npm.parse": ("npm", "GitHub Actions", "OpenVSX", "VSCode"),
    "cargo.parse": ("crates.io",),
    "python.parse": ("PyPI",),
    "rubygems.parse": ("RubyGems", "CocoaPods"),
    "composer.parse": ("Packagist",),
    "maven.parse": ("Maven",),
    "nuget.parse": ("NuGet",),
    "pessimistic.parse": ("Hex", "Terraform"),
    "pub.parse": ("Pub",),
    "golang.parse": ("Go",),
    "hackage.parse": ("Hackage",),
    "comparators.parse_conda": ("conda",),
}
"""Function of this package → the ecosystems whose syntax it reads. All others have `comparators.parse`."""

_FUNCTIONS = {ecosystem: function for function, ecosystems in SYNTAXES.items() for ecosystem in ecosystems}


@lru_cache(maxsize=1 << 14)
def constraint(ecosystem: str, text: str) -> Constraint:
    """What a requirement admits. Raises `InputError` where it cannot be understood."""
    scheme = versions.scheme(ecosystem)
    if scheme is None:
        raise UncomparableError(f"no order is known for versions of {ecosystem!r}")
    if len(text) > _MAX_LENGTH:
        raise InputError(f"a requirement of {len(text)} characters", hint=f"at most {_MAX_LENGTH} are read")
    parse = _load(_FUNCTIONS.get(ecosystem.partition(":")[0], "comparators.parse"))
    alternatives, rule = parse(text, scheme)
    return Constraint(ecosystem, text, alternatives, rule)


@cache
def _load(function: str) -> Callable[[str, Scheme], tuple[tuple[Alternative, ...], Rule]]:
    module, _, name = function.partition(".")
    found: Callable[[str, Scheme], tuple[tuple[Alternative, ...], Rule]] = getattr(
        import_module(f"scanner.versions.constraints.{module}"), name
    )
    return found
