"""The foundation: money, clock, ids, outbox, idempotency, audit trail, jobs, outbound http, page cache, ui kit.

Holds no word of commerce. Everything above may import it; it imports nothing of the house.
"""
