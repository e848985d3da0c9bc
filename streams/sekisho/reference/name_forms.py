"""The forms of names, for the sources; see ``sekisho.names.forms``."""

from sekisho.names.forms import aliases, japanese, organisation, person, tidy, unique

__all__ = ["aliases", "japanese", "organisation", "person", "tidy", "unique"]
