"""Which incident a finding belongs to, and what is known of it."""

from __future__ import annotations

from scanner.fleet.notices.values import About, Item
from scanner.model.campaign import Attribution, Campaign
from scanner.model.finding import Finding

_STATEMENTS = 5
_TEXT = 1_000


def subject(finding: Finding) -> str:
    """The campaign, else the record that says so, else what is wrong: one incident, however many targets."""
    if finding.campaign is not None:
        return of_campaign(finding.campaign.id)
    if finding.claims:
        return of_record(finding.claims[0].record)
    return f"title:{finding.title}"


def of_campaign(id_: str) -> str:
    """The incident of a campaign."""
    return f"campaign:{id_}"


def of_record(id_: str) -> str:
    """The incident of an advisory that no campaign is known of."""
    return f"record:{id_}"


def about(finding: Finding) -> About:
    """What the incident is. Attribution is quoted as somebody's statement."""
    campaign = finding.campaign
    record = finding.claims[0].record if finding.claims else ""
    if campaign is None:
        name = f"{finding.title} ({record})" if record else finding.title
        return About(name=name, record=record, what_to_do=finding.what_to_do[:_TEXT])
    return about_campaign(campaign, record=record, what_to_do=finding.what_to_do)


def about_campaign(campaign: Campaign, *, record: str = "", what_to_do: str = "") -> About:
    """What the incident of a campaign is; `what_to_do` where the campaign does not say."""
    return About(
        name=campaign.name,
        summary=campaign.summary[:_TEXT],
        statements=tuple(map(_statement, campaign.attribution[:_STATEMENTS])),
        what_to_do=(campaign.what_to_do or what_to_do)[:_TEXT],
        campaign=campaign.id,
        record=record,
    )


def item(finding: Finding, *, target: int, address: str, owner: str | None) -> Item:
    """One finding of an incident."""
    component = finding.component
    places = [one.location.path for one in finding.evidence[:1]]
    return Item(
        target=target,
        address=address,
        owner=owner,
        package=finding.title if component is None else str(component.purl or component.name),
        path=component.location.path if component is not None else places[0] if places else "",
        state=finding.state.value,
        class_=finding.class_.value,
        severity=int(finding.severity),
    )


def _statement(claim: Attribution) -> str:
    name = f" names {claim.name}" if claim.name else " attributes it"
    wording = f': "{claim.wording}"' if claim.wording else ""
    return f"{claim.by}{name} ({claim.confidence.value}){wording}, {claim.reference}"
