"""A small world that acts on the shop: the demo's goods and pictures, and the people of ``stoa simulate``.

Owns no tables. Everything that it does goes through the same actions that a person's click goes through, on a simulated
clock, so that a year of it fills the demo, drives ``verify-books``, and repeats exactly for the same seed.
"""
