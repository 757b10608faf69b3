"""A shop that really runs: ``stoa serve`` in processes of its own, for journeys, races, crashes and benchmarks."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class LiveShop:
    """``home`` is its STOA_HOME; ``settings`` are further STOA_* variables."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("STOA_", "DJANGO_"))}
        return {
            **kept,
            "STOA_HOME": str(self.home),
            "STOA_PORT": str(self.port),
            "STOA_BASE_URL": self.base,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "PYTHONUNBUFFERED": "1",
            **self.settings,
        }

    def start(self, timeout: float = 120) -> LiveShop:
        self.port = self.port or free_port()
        with (self.home / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "stoa.config.command", "serve"],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_until_ready(timeout)
        return self

    def wait_until_ready(self, timeout: float = 60) -> None:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError(f"stoa serve ended:\n{(self.home / 'serve.log').read_text()[-4000:]}")
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.base}/readyz", timeout=5) as reply:
                if reply.status == 200:
                    return
            time.sleep(0.2)
        raise TimeoutError(f"the shop did not come up:\n{(self.home / 'serve.log').read_text()[-4000:]}")

    def stop(self) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self.process = None

    def command(self, *arguments: str, expect: int = 0) -> str:
        """Run ``stoa`` beside it; returns what it printed. Fails where the exit code is another."""
        done = subprocess.run(
            [sys.executable, "-m", "stoa.config.command", *arguments],
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == expect, f"stoa {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.command(*arguments, "--json"))

    def run_python(self, code: str) -> str:
        """Run code in a process with the shop's settings (Django is set up)."""
        start = (
            "import os; os.environ['DJANGO_SETTINGS_MODULE']='stoa.config.settings'; import django; django.setup()\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", start + code], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def processes(self) -> list[int]:
        """Every process of the shop, the server's own first."""
        return family(self.process.pid) if self.process is not None else []

    def cpu_seconds(self) -> float:
        """User and system time that all processes of the shop have used, those that ended (and were waited for) too."""
        return sum(_cpu(pid) for pid in self.processes())


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                children.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += children.get(one, [])
    return found


def _stat(pid: int) -> list[str]:
    # The second field is the command in brackets and may hold anything; count from behind it.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _cpu(pid: int) -> float:
    try:
        fields = _stat(pid)
    except OSError:
        return 0.0
    return sum(int(fields[index]) for index in (11, 12, 13, 14)) / TICKS


def free_port() -> int:
    """A port that nobody listens on, below those that the system lends to outgoing connections: none of them takes it
    between now and the moment when the server binds it."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def running(home: Path, prepare: str = "", **settings: str) -> Iterator[LiveShop]:
    """A migrated shop that serves for the length of a block. ``prepare``: Python that fills it first."""
    home.mkdir(parents=True, exist_ok=True)
    shop = LiveShop(home, settings, free_port())
    shop.command("migrate")
    if prepare:
        shop.run_python(prepare)
    shop.start()
    try:
        yield shop
    finally:
        shop.stop()
