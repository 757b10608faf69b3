from stoa.marketing.addresses.models import MissingAddress
from stoa.marketing.audit.models import AuditFinding, AuditPage, AuditRun
from stoa.marketing.feeds.models import (
    FeedCategory,
    FeedExclusion,
    FeedProblem,
    FeedProduct,
    FeedSettings,
    FeedState,
)
from stoa.marketing.menus.models import Menu
from stoa.marketing.paths.models import FilterDay, PathDay
from stoa.marketing.phone.models import PublishOverride, WithheldPublish
from stoa.marketing.searching.models import SearchClick, SearchDay, SearchRedirect, SourcingNote
from stoa.marketing.themes.models import Theme, ThemeFont

__all__ = [
    "AuditFinding", "AuditPage", "AuditRun", "FeedCategory", "FeedExclusion", "FeedProblem", "FeedProduct",
    "FeedSettings", "FeedState", "FilterDay", "Menu", "MissingAddress", "PathDay", "PublishOverride",
    "SearchClick", "SearchDay", "SearchRedirect", "SourcingNote", "Theme", "ThemeFont", "WithheldPublish",
]  # fmt: skip
