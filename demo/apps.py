from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Sample content and what starts and checks the demo."""

    name = "demo"
