from stoa.catalogue.bulk.models import BulkEdit, BulkEditRow
from stoa.catalogue.bundles.models import BundleComponent
from stoa.catalogue.categories.models import Category
from stoa.catalogue.completeness.models import ProductScore
from stoa.catalogue.files.models import DigitalFile, DownloadTerms
from stoa.catalogue.markets.models import Market
from stoa.catalogue.media.models import Picture, Rendition
from stoa.catalogue.prices.models import GroupPriceList, Price, PriceList, PricePoint, Sale, SalePrice, TaxClass
from stoa.catalogue.products.models import Product, ProductCategory, ProductOption, ProductPicture, Variant
from stoa.catalogue.promotions.models import Promotion, PromotionCode, PromotionCustomer
from stoa.catalogue.search.models import Curation, Synonym
from stoa.catalogue.types.models import Attribute, AttributeChoice, AttributeValue, ProductType, TypeAttribute
from stoa.catalogue.videos.models import Video

__all__ = [
    "Attribute", "AttributeChoice", "AttributeValue", "BulkEdit", "BulkEditRow", "BundleComponent", "Category",
    "Curation", "DigitalFile", "DownloadTerms", "GroupPriceList", "Market", "Picture", "Price", "PriceList",
    "PricePoint", "Product", "ProductCategory", "ProductOption", "ProductPicture", "ProductScore", "ProductType",
    "Promotion", "PromotionCode", "PromotionCustomer", "Rendition", "Sale", "SalePrice", "Synonym", "TaxClass",
    "TypeAttribute", "Variant", "Video",
]  # fmt: skip
