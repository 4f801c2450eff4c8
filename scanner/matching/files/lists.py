"""Is this file a list of indicators, or an account of campaigns, rather than a part of one?

Security teams keep such files, and so do we (`rules/campaigns/`). They are told once, as near misses. The decision and
its limits stand in docs/files.md.
"""

from __future__ import annotations

import re

MANY = 3
"""A file that names more unrelated campaigns than this is no part of any one of them."""
SEVERAL = 5
"""As many different indicators in a text for people are a list, even if they belong to one campaign."""

_HEAD = 1 << 20
# Formats in which indicators are published: each needs all of its marks.
_FORMATS: tuple[tuple[re.Pattern[bytes], ...], ...] = tuple(
    tuple(re.compile(mark, re.MULTILINE) for mark in marks)
    for marks in (
        (rb"^\[\[reference\]\]", rb"^\[indicators\]"),  # a campaign file of ours
        (rb'"type"\s*:\s*"bundle"', rb'"type"\s*:\s*"(?:indicator|observed-data|malware|campaign)"'),  # STIX 2
        (rb'"Attribute"\s*:', rb'"(?:Event|to_ids|category)"\s*:'),  # MISP
        (rb'"affected"\s*:', rb'"(?:modified|schema_version)"\s*:', rb'"id"\s*:'),  # OSV
        (rb"<ioc\s", rb"<Indicator\s"),  # OpenIOC
        (rb"^\s*(?:private\s+|global\s+)*rule\s+\w+", rb"^\s*condition\s*:"),  # YARA
        (rb"^logsource\s*:", rb"^detection\s*:"),  # Sigma
        (rb"^(?:alert|drop|reject)\s+\w+\s", rb"\bsid\s*:\s*\d+"),  # Snort, Suricata
    )
)


def is_published_form(data: bytes) -> bool:
    """Whether this is written in a format that serves for nothing but to tell of threats."""
    head = data[:_HEAD]
    return any(all(mark.search(head) for mark in marks) for marks in _FORMATS)
