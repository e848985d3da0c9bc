"""Measures and their evaluation: law as data, three-valued, with exact dates."""

from sekisho.policy.calendar import (
    Days,
    Standing,
    best_period,
    days,
    is_over,
    standing_of_entry,
    standing_of_measure,
    standing_of_period,
    undated,
    zone_of,
)
from sekisho.policy.evaluate import Branch, Checked, Triggered, evaluate
from sekisho.policy.facts import Facts, GoodsHit, PartyHit, PlaceHit
from sekisho.policy.jurisdictions import Binding, of_list
from sekisho.policy.logic import Truth
from sekisho.policy.plan import Plan

__all__ = [
    "Binding",
    "Branch",
    "Checked",
    "Days",
    "Facts",
    "GoodsHit",
    "PartyHit",
    "PlaceHit",
    "Plan",
    "Standing",
    "Triggered",
    "Truth",
    "best_period",
    "days",
    "evaluate",
    "is_over",
    "of_list",
    "standing_of_entry",
    "standing_of_measure",
    "standing_of_period",
    "undated",
    "zone_of",
]
