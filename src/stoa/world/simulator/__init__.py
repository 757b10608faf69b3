"""``stoa simulate``: shoppers, a warehouse, a book-keeper and a supplier, day by day."""
