"""The stock: where goods lie, how many, how many are promised, and every move that made it so.

Words: a *location* is a place with stock; a *level* is one variant at one location; a *move* is an entry of the ledger;
a *reservation* holds units for a document until it is claimed, released or expires. Invariants: on hand = sum of moves;
reserved = sum of open reservations; nothing is promised beyond what is there plus what may be back-ordered.
"""
