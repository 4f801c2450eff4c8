"""Is this a product of which some versions were trojanised, under whatever packaging it appears?

For what no registry serves (installers, distribution packages, firmware): by name, or by the product and vendor of a
CPE, and by upstream version. Registry packages are not asked: there, a name is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from scanner import versions
from scanner.matching.knowledge import Knowledge
from scanner.matching.match import Match
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.component import Component
from scanner.model.finding import Claim, FindingClass, State
from scanner.versions import ranges
from scanner.versions.constraints.value import holds

PACKAGED = frozenset(
    ("alpm", "apk", "bitnami", "brew", "chocolatey", "conan", "conda", "deb", "ebuild", "generic", "github", "nix",
     "rpm", "swid", "vcpkg", "winget", "yocto")
)  # fmt: skip
# What packagers put around an upstream version: `1:5.6.1-1+b2`, `5.6.1-r0`, `5.6.1_2`.
_EPOCH = r"\A\d+:"
_PACKAGING = r"(?:-[^-]*|_\d+)\Z"


def upstream(version: str) -> str:
    """The upstream part of a packaged version. `5.6.1+really5.4.5` is a revert, and stays itself."""
    return re.sub(_PACKAGING, "", re.sub(_EPOCH, "", version))


def match(components: Iterable[Component], knowledge: Knowledge) -> Iterator[Match]:
    """Yield matches by product name and CPE."""
    bad = knowledge.keys(IndicatorType.PRODUCT)
    if not bad:
        return
    for component in components:
        if component.purl is not None and component.purl.type not in PACKAGED and not component.cpes:
            continue
        for name in names(component) & bad:
            yield from _of_product(component, None, name, _claimed(component), knowledge)
        for cpe in component.cpes:
            vendor, product, version = cpe_parts(cpe)
            if product in bad:
                yield from _of_product(component, vendor, product, [*_claimed(component), version], knowledge)


def names(component: Component) -> set[str]:
    """The names by which a component may be asked for as a product; none for a registry's package."""
    if component.purl is not None and component.purl.type not in PACKAGED:
        return set()
    found = {component.name.casefold(), component.name.casefold().rpartition("/")[2]}
    if component.purl is not None:
        found.add(component.purl.name.casefold())
    return found


def _claimed(component: Component) -> list[str]:
    purl = component.purl
    return [version for version in (component.version, None if purl is None else purl.version) if version]


def _of_product(
    component: Component, vendor: str | None, product: str, claimed: Sequence[str], knowledge: Knowledge
) -> Iterator[Match]:
    for feed, indicator in knowledge.exact(IndicatorType.PRODUCT, (product,))[product]:
        if not _same_vendor(vendor, component, indicator):
            continue
        state, reason = _judge(claimed, indicator)
        if not indicator.alone:  # the bad builds are known by their digests; the version says little
            state, reason = State.NEAR_MISS, f"{reason}, which proves nothing by itself"
        yield Match(
            component=component,
            class_=FindingClass.COMPROMISE,
            state=state,
            reason=reason,
            claim=Claim(feed=feed, record=indicator.campaign, indicator=indicator),
            campaign=indicator.campaign,
            value=f"{component.name}@{component.version or '?'}",
        )


def _judge(claimed: Sequence[str], indicator: Indicator) -> tuple[State, str]:
    if indicator.versions is None:
        return State.POSSIBLE, "this product was trojanised; which versions is not published"
    versions = {version for one in claimed for version in (one, upstream(one)) if version not in ("", "*", "-")}
    if not versions:
        return State.POSSIBLE, "no version is given, and some versions of this product were trojanised"
    if versions & set(indicator.versions) or any(_within(version, indicator) for version in versions):
        return State.CERTAIN, "this version of the product was trojanised"
    return State.NEAR_MISS, "another version of this product was trojanised"


def _within(version: str, indicator: Indicator) -> bool:
    """Products follow no ecosystem's order: dotted numbers are compared as numbers, the rest as Debian does."""
    scheme = versions.scheme("Debian")
    return (
        indicator.range is not None
        and scheme is not None
        and holds(scheme.key, ranges.span(indicator.range), scheme.key(version))
    )


def _same_vendor(vendor: str | None, component: Component, indicator: Indicator) -> bool:
    """A name alone is weak: where both sides name a vendor, they must agree."""
    wanted = _folded(indicator.vendor or "")
    said = _folded(vendor or (component.supplier if component.purl is None else None) or "")
    return not wanted or not said or wanted in said or said in wanted


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def cpe_parts(text: str) -> tuple[str, str, str]:
    """(vendor, product, version) of a CPE 2.3 or 2.2 name, unescaped; NIST IR 7695."""
    parts = re.split(r"(?<!\\):", text)
    fields = parts[3:6] if text.startswith("cpe:2.3:") else parts[2:5]
    vendor, product, version = ([re.sub(r"\\(.)", r"\1", field).casefold() for field in fields] + ["", "", ""])[:3]
    return vendor, product.replace("_", " "), version
