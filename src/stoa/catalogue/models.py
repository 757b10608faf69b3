from stoa.catalogue.categories.models import Category
from stoa.catalogue.markets.models import Market
from stoa.catalogue.media.models import Picture, Rendition
from stoa.catalogue.prices.models import Price, PriceList, TaxClass
from stoa.catalogue.products.models import Product, ProductCategory, ProductOption, ProductPicture, Variant

__all__ = [
    "Category", "Market", "Picture", "Price", "PriceList", "Product", "ProductCategory", "ProductOption",
    "ProductPicture", "Rendition", "TaxClass", "Variant",
]  # fmt: skip
