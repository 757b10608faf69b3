"""The shop that visitors see: pages, cart, checkout, account. Composition only: every rule and every write is a pillar's.

Public pages (home, categories, products, search, content) hold nothing personal and are cached whole.
Cart, checkout, orders and account are private and never stored by any cache.
"""
