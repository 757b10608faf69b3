"""The colours of states, the same on every screen."""

from __future__ import annotations

ORDER = {"awaiting_payment": "wait", "open": "wait", "shipped": "good", "completed": "good", "cancelled": ""}
PAID = {"unpaid": "wait", "paid": "good", "partially_refunded": "", "refunded": ""}
PAYMENT = {"pending": "wait", "captured": "good", "declined": "bad", "cancelled": "", "returned": ""}
EVENT = {"applied": "good", "no_change": "", "mismatch": "bad", "refused": "bad"}
REFUND = {"pending": "wait", "done": "good", "failed": "bad"}
MAIL = {"waiting": "wait", "sending": "wait", "sent": "good", "failed": "bad"}
WORK = {"waiting": "wait", "pending": "wait", "running": "wait", "done": "good", "failed": "bad"}
