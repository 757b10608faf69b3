"""How a shop is found and speaks: menus, themes, what people search for, feeds for shopping networks, the audit of pages.

Words: a *feed* is the catalogue as a shopping network reads it; a *finding* is something that the page audit would mend.
Invariants: a feed tells the same price and availability as the page it leads to.
"""
