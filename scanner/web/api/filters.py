"""Which findings somebody asks for, as it stands in an address."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from fastapi import Depends, Query
from pydantic import AwareDatetime

from scanner.fleet.store.summaries import Order
from scanner.fleet.store.values import Question
from scanner.model.finding import FindingClass, State
from scanner.web.api.answers.base import SEVERITIES, SeverityWord
from scanner.web.api.asking import MOST, NO_NUL, Visitor, Word

_STANDS = {"open": True, "gone": False, "all": None}


class Filters:
    """The filters of findings, whatever their target; what is left out does not narrow."""

    def __init__(
        self,
        visit: Visitor,
        class_: Annotated[FindingClass | None, Query(alias="class")] = None,
        severity: Annotated[SeverityWord | None, Query(description="As grave as that at least.")] = None,
        state: Annotated[State | None, Query(description="How sure it is.")] = None,
        stands: Annotated[Literal["open", "gone", "all"], Query(description="Whether it is there now.")] = "open",
        near_misses: Annotated[
            bool, Query(description="Also packages at another version; without effect beside `state`.")
        ] = False,
        campaign: Annotated[Word, Query(description="Id of a campaign.")] = None,
        owner: Annotated[Word, Query(description="Who looks after it.")] = None,
        label: Annotated[Word, Query(description="A label of its target.")] = None,
        package: Annotated[
            str | None, Query(min_length=1, max_length=2000, pattern=NO_NUL, description="A whole package URL.")
        ] = None,
        text: Annotated[
            Word, Query(description="A part of title, package URL or path, in any case of letters a to z.")
        ] = None,
        decided: Annotated[bool | None, Query(description="Somebody decided on it, and that still counts.")] = None,
        silenced: Annotated[bool | None, Query(description="It is set aside at this moment.")] = None,
        since: Annotated[AwareDatetime | None, Query(description="Found first at this moment or later.")] = None,
        before: Annotated[AwareDatetime | None, Query(description="Found first before this moment.")] = None,
    ) -> None:
        self.question = Question(
            class_=class_,
            least=None if severity is None else SEVERITIES[severity],
            state=state,
            campaign=campaign,
            owner=owner,
            label=label,
            package=package,
            open=_STANDS[stands],
            decided=decided,
            silenced=silenced,
            now=visit.now,
            near_misses=near_misses or state is not None,
            text=text,
            since=since,
            before=before,
        )


class OfFleet:
    """The same, and of which target."""

    def __init__(
        self,
        filters: Annotated[Filters, Depends()],
        target: Annotated[int | None, Query(ge=1, le=MOST, description="Number of its target.")] = None,
    ) -> None:
        self.question = msgspec.structs.replace(filters.question, target=target)


Asked = Annotated[OfFleet, Depends()]
AskedOfOne = Annotated[Filters, Depends()]
Sorted = Annotated[
    Order, Query(description="`worst`: the gravest first, compromises before others; `newest`: found last first.")
]
