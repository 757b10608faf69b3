from stoa.customers.identity.models import Address, Customer, User

__all__ = ["Address", "Customer", "User"]
