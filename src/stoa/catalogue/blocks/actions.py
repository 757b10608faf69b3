"""Writes about blocks. Each is in the file that its name says."""

from __future__ import annotations

from stoa.catalogue.blocks.copying import (
    APPEND,
    REPLACE,
    CopyRefusedError,
    Plan,
    begin_with_template,
    blocks_of,
    clear_template,
    copy_blocks,
    plan_copy,
    save_template,
)

__all__ = [
    "APPEND", "REPLACE", "CopyRefusedError", "Plan", "begin_with_template", "blocks_of", "clear_template", "copy_blocks",
    "plan_copy", "save_template",
]  # fmt: skip
