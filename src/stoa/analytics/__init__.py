"""Insight: what the numbers of the other rooms say. Watches everything below; nobody but the roof uses it.

Invariant: a number shown here is the sum of rows that can be listed.
"""
