"""Places: where an event is really going, and whether that is a listed region."""

from sekisho.places.gazetteer import Gazetteer
from sekisho.places.regions import LISTED_REGIONS, VERSION
from sekisho.places.types import RegionHit, Whereabouts

__all__ = ["LISTED_REGIONS", "VERSION", "Gazetteer", "RegionHit", "Whereabouts"]
