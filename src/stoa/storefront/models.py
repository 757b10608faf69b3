from stoa.storefront.content.models import ContentPage

__all__ = ["ContentPage"]
