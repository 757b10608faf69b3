"""Selling: cart, checkout, tax, delivery, orders, payments, and the mails that tell of them.

Invariants: one order per cart; order = lines + delivery (+ tax where prices exclude it) = payment, in minor units;
0 <= refunded <= captured <= amount; an order counts as paid only when amount, currency and order of the payment agree;
an event leaves in the transaction that it tells of.
"""
