"""The people: who they are, where they live, how they log in.

Owns users (staff and customers log in by e-mail), customers (with or without a log-in) and their addresses.
Invariants: one user per e-mail, whatever its case; one customer per e-mail; a customer's rows are reached only through
``queries`` that take the owner, and answer "not found" to everybody else.
"""
