"""The real registry is started at most once; everything else here runs on bytes alone."""

from tests.support.registry import own_registry, registry_url

__all__ = ["own_registry", "registry_url"]
