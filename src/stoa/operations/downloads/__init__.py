"""What buyers of files may download.

Owns the grants: one for each order line and file, given with the payment. Words: grant, token, terms, revoked, resumed.
Invariants: no grant without a paid order; a grant is used at most as often as it was sold; a revoked one opens nothing.
"""
