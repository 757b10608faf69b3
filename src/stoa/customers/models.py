from stoa.customers.groups.models import CustomerGroup
from stoa.customers.identity.models import Address, Customer, User

__all__ = ["Address", "Customer", "CustomerGroup", "User"]
