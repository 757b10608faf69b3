from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "stoa.kernel"
    label = "kernel"
