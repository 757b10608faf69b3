from stoa.storefront.content.models import (
    Author,
    BuyingAidPage,
    ComparisonPage,
    ContentPage,
    FaqPage,
    GuideIndexPage,
    GuidePage,
    HomePage,
    JournalIndexPage,
    JournalPostPage,
    LandingPage,
    PageCategory,
    PageProduct,
    PageTag,
    RelatedPage,
)

__all__ = [
    "Author", "BuyingAidPage", "ComparisonPage", "ContentPage", "FaqPage", "GuideIndexPage", "GuidePage", "HomePage",
    "JournalIndexPage", "JournalPostPage", "LandingPage", "PageCategory", "PageProduct", "PageTag", "RelatedPage",
]  # fmt: skip
