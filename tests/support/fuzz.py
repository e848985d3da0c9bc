"""A hypothesis profile that looks longer: ``make fuzz`` loads it as a pytest plugin (``-p tests.support.fuzz``)."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "fuzz",
    max_examples=5_000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
