"""What a name scores at most, before its words are compared: who cannot reach the threshold is not scored."""

from __future__ import annotations

from typing import Final

from sekisho.names.score import CONFLICT, EXCESS_ORGANISATION, EXCESS_PERSON, PLACE_ALONE, THRESHOLD
from sekisho.names.tokens import GENERIC, PLACE, Token

#: A candidate is scored if its bound comes this near to the threshold.
_SLACK: Final = 0.06
LEAST: Final = THRESHOLD - _SLACK
#: The same of an organisation, whose words of trade may weigh more on the other side.
_LEAST_ORGANISATION: Final = THRESHOLD - 1.5 * _SLACK
#: Words without a class in common may still be a little alike: what they cost of their weight, and where one is so long (a
#: patronymic) that it may be half alike and lead nowhere.
SHARE: Final = 0.75
_LONG_SHARE: Final = 0.35
_LONG: Final = 11
#: What a word of trade, and a place that is missed, weigh at most.
BARE: Final = {GENERIC: 0.9, PLACE: 0.8 * PLACE_ALONE}
#: Scripts whose words are rarely one for another.
_WHOLE: Final = frozenset(["hangul", "han"])


def weight_there(token: Token) -> float:
    """What a word weighs at most in an organisation's name where it is met, not quite the same. A rare one may look like a common
    one of ours, but for names of Korea and China; and a word of trade may be all that a name has."""
    return BARE.get(token.kind, token.weight if token.script in _WHOLE else 1.0)


def share_of(words: list[Token]) -> float:
    """What words cost of their weight that have no class in common with a name. Korean syllables have so few letters that they
    lead nowhere, a letter apart (Tong, Yong)."""
    if words[0].script == "hangul":
        return _LONG_SHARE
    return _LONG_SHARE if max([len(token.text) for token in words]) >= _LONG else SHARE


def bound_of(shared: float, whole: float, over1: float, over2: float, share: float, person: bool) -> float:
    """What a name scores at most that shares so much of its words, and each side so much more."""
    over1, over2 = max(0.0, over1), max(0.0, over2)
    both = min(over1, over2)
    lost = EXCESS_PERSON if person else EXCESS_ORGANISATION
    against = CONFLICT * (whole - shared + share * both) + lost * (over1 + over2 - 2 * both)
    return shared / (shared + against + 1e-9)


def least_of(person: bool) -> float:
    """What the bound of a candidate is at least."""
    return LEAST if person else _LEAST_ORGANISATION
