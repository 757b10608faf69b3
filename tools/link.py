"""Puts this checkout's ``src`` on the path of the running virtual environment, with the ``stoa`` command.

What ``pip install --editable`` would do, without fetching a build tool that no lock file pins.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = """#!{python}
import sys

from stoa.config.command import main

# Processes that the command starts read this file again; they must not run it again.
if __name__ == "__main__":
    sys.exit(main())
"""


def main() -> None:
    Path(sysconfig.get_path("purelib"), "stoa-commerce.pth").write_text(f"{ROOT / 'src'}\n")
    command = Path(sysconfig.get_path("scripts"), "stoa")
    command.write_text(COMMAND.format(python=sys.executable))
    command.chmod(0o755)


main()
