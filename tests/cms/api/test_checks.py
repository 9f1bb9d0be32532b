import pytest
from django.core.checks import run_checks

from cms.api.checks import check_cache_is_shared


@pytest.mark.parametrize(
    ("backend", "is_warned"),
    [
        ("django.core.cache.backends.locmem.LocMemCache", True),
        ("django.core.cache.backends.dummy.DummyCache", True),
        ("django.core.cache.backends.redis.RedisCache", False),
    ],
)
def test_cache_of_each_process_alone_is_warned_of_in_words(backend, is_warned, settings):
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:6379/0"}}
    told = check_cache_is_shared()
    assert [message.id for message in told] == (["cms.W001"] if is_warned else [])
    for message in told:
        assert "CACHE_URL" in message.msg
        assert "Redis" in message.hint


def test_warning_is_for_deployments_only(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert "cms.W001" not in {message.id for message in run_checks()}
    assert "cms.W001" in {message.id for message in run_checks(include_deployment_checks=True)}
