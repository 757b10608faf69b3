"""Invoices, credit notes, pro-forma invoices and packing slips.

Words: a *document* is issued once, has a number of its series and is never changed; a *draft* (pro-forma, packing slip)
has no number and is made anew each time. A *snapshot* is all that a document says, as JSON: the template and the
electronic invoice inside the PDF say nothing else.

Holds: numbers of a series have no gap; a document says what its order says; credit notes never exceed their invoice.
"""
