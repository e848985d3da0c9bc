"""Prometheus metrics with an injected registry and prefix."""
