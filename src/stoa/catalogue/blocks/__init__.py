"""The blocks that product pages are written in, and what becomes of them on a page.

Blocks hold words and references, never facts: prices, stock and settings come in ``Facts`` when a page is shown, read once
for all its blocks.
"""
