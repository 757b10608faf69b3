"""The merchant's side: Wagtail's admin with the menu of the house.

It owns no tables. It reads through queries and (for lists) through models, and writes through actions alone.
Words: a *screen* shows, a *step* is a POST that calls one action, a *right* is a Django permission, a *role* is a group of
them. Invariant: every route names the right that opens it; what is not named stays shut.
"""
