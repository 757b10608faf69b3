"""The goods: markets, products and their variants, categories, pictures, prices, search.

Words: a *product* is what a page shows; a *variant* is what is sold (it has the SKU); an *option* is what tells variants
apart. Invariants: SKU and slug are unique; a variant has at most one price per price list; the price that anyone sees or
pays comes from ``prices.queries.quote`` and from nowhere else.
"""
