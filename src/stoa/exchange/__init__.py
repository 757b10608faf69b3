"""Moving in and out: files of other systems, read into the shop through the same actions that everybody uses.

Owns the account of every import: which file, which rows became what, which were refused and why. Invariants: every row of a
file is accounted for exactly once; the same file, or the same invoice or product from another file, comes in only once.
"""
