"""Stoa: one program that runs a whole online business on one set of books.

The house, from the ground up: kernel; customers and catalogue; the pillars inventory, operations (and, as they are
built, experience, marketing, analytics); the roof storefront, backoffice (and api). ``config`` knows everybody.
"""

__version__ = "0.1.0"
