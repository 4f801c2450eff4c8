"""Which few bytes of a text are sought: rare ones, that begin as the fragments of other texts do.

An automaton is as fast as the part of its table that ordinary text makes it visit is small. A fragment costs what is
visited before it fails, but for states that another fragment has already, and a comparison wherever it is met. Both
are estimated from how often one sign follows another in source code and prose.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

SIZE = 8
"""Bytes of a fragment."""
_MOST_SHARED = 8
"""Texts that may share a fragment: each costs a comparison wherever the fragment is met."""
_MOST_PLACES = 32
"""Places of a text that are considered."""
_GOOD = 1e-5
"""A cost at which no better place is looked for."""
# A comparison costs as much as some thirty states. Words are far more frequent than their pairs of signs
# suggest, hence the power.
_COMPARISON = 30
_POWER = 0.6

# Negative binary logarithms, as digits of base 36, counted over 85 MB of packages of npm and PyPI, headers of C and
# papers, folded to lower case: of each sign, and, a row for each sign, of the signs that follow it.
_SIGNS = b"abcdefghijklmnopqrstuvwxyz0 .-_/:\"'\n"
_FIRST = "4756466659856556955467777a52676777754"
_NEXT = (
    "4545785b5b734385834367786a75899aa9a96",
    "3867388944938946855739a74956697798794",
    "386838a368447827a56358a87966897899984",
    "487528893aa68848a66759987c63675877764",
    "5754657989a55486734497757b83686867864",
    "488755aa3cc6a739b4654cba7c52477b97874",
    "566828754ba56567b44558aa9983575676764",
    "38892aaa3ba78848b5745aac8c74787987874",
    "5545545bac945236a533a6b7d6989a9acbba5",
    "56672898696899478928589a8976798b8a884",
    "466727684aa7867897476a6b9a84673777763",
    "4785248938949847b855479a5a94785887875",
    "3577289b4a955843b85869ab7c84786688985",
    "494446495a779747b94367bd7c83787887774",
    "6554857b69654264c3554668aaa5897a9aa96",
    "398739975c748835b35459aa5c86786988885",
    "2568787979869888777818788966796a99894",
    "4856286a4d766537c554679d6d94686877774",
    "695938954c667755a74359896b83576666864",
    "496738b33ba77846c4555a884b83675877874",
    "6566366c5ba34385c343abc9bb66acacdbaa6",
    "2779197a4b896849a9889aaa9a56767998995",
    "367739932aa79548a4589a69aa74686a98885",
    "5747469859985883a8429aa77a34676877774",
    "5768687a6ba56552a5559969a982575866763",
    "4666187749966658886778776766575797774",
    "666666aa9ab9aabaaa9a89b5ba14566876743",
    "565666875a977666b65577799b619788967d4",
    "5645566556855655a5457678aa444d45c7835",
    "565666776885666595556777a734a2abd9973",
    "553555664975555495346667a9678b4aa8995",
    "4645675768a46575b6456767a9636a73a8843",
    "787878a98cb98787c87799abbc61c98456825",
    "5756667569966676a6567778ab64687844842",
    "6656667769966676964568789a73587757651",
    "896776ba7cc89998e877989abd51b896d9c33",
    "676767786a877567865678878b62798675732",
)
_DIGIT, _OTHER = _SIGNS.index(b"0"), len(_SIGNS)
_SIGN = [_DIGIT if chr(byte).isdigit() and byte < 128 else _SIGNS.find(byte) % (_OTHER + 1) for byte in range(256)]
# `0` stands for ten digits, and the last sign for all others, of which some twenty are used.
_ALIKE = [10 if sign == _DIGIT else 16 if sign == _OTHER else 1 for sign in _SIGN]


def choose(texts: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """(place, fragment) of each text; all of it where it is short, or where every fragment is taken often enough."""
    alone, rows = _odds(_FIRST), [_odds(row) for row in _NEXT]
    after = [rows[sign] for sign in _SIGN]
    chosen: list[tuple[int, bytes]] = [(0, text) for text in texts]
    begun: set[bytes] = set()
    """Beginnings of fragments: the states that are there already."""
    taken: dict[bytes, int] = {}
    # The short ones first: they have the least choice.
    for number in sorted(range(len(texts)), key=lambda number: len(texts[number])):
        text = texts[number]
        likely = [after[a][b] for a, b in pairwise(text[: _MOST_PLACES + SIZE])]
        least = float("inf")
        for at in range(min(len(text) - SIZE + 1, _MOST_PLACES)) if len(text) > SIZE else ():
            chance, cost = alone[text[at]], 0.0
            for end in range(at + 2, at + SIZE + 1):
                chance *= likely[end - 2]
                if text[at:end] not in begun:
                    cost += chance
                    if cost >= least:
                        break
            else:
                cost += _COMPARISON * chance**_POWER
                fragment = text[at : at + SIZE]
                if cost < least and taken.get(fragment, 0) < _MOST_SHARED:
                    least, chosen[number] = cost, (at, fragment)
                    if cost < _GOOD:
                        break
        fragment = chosen[number][1]
        taken[fragment] = taken.get(fragment, 0) + 1
        begun.update(fragment[:end] for end in range(2, SIZE))
    return chosen


def _odds(row: str) -> list[float]:
    """How likely each byte is, of a row of the table."""
    return [2.0 ** -int(row[sign], 36) / many for sign, many in zip(_SIGN, _ALIKE, strict=True)]
