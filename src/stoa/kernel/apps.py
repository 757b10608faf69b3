from datetime import time

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "stoa.kernel"
    label = "kernel"

    def ready(self) -> None:
        from stoa.kernel import housekeeping
        from stoa.kernel.jobs.periodic import every

        every(hours=1)(housekeeping.sweep_out)
        every(at=time(3, 0))(housekeeping.verify_books_nightly)
