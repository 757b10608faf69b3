"""What staff mark an order with: a hold, which keeps it from being shipped, and tags, by which it is found again."""
