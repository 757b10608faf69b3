from stoa.inventory.stock.models import Location, Reservation, StockLevel, StockMove

__all__ = ["Location", "Reservation", "StockLevel", "StockMove"]
