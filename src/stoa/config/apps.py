from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "stoa.config"
    label = "stoa_config"
