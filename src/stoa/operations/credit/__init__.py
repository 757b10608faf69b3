"""Gift cards: money that a shop owes to whoever has the code. Words: card, code, entry (of its ledger), balance.

A balance is the sum of its card's entries and never below zero; an entry is never edited. Codes are kept as hashes.
"""
