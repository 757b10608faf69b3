"""Goods that are sold together as one.

Owns which variants a bundle consists of. Words: bundle, component (a part, so many times in each bundle).
Invariants: a component is never a bundle; a variant with components has no stock of its own, its parts have.
"""
