"""``stoa demo``: a believable shop of 72 products, with its pictures drawn, its staff hired and a year behind it."""
