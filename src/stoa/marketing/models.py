from stoa.marketing.menus.models import Menu
from stoa.marketing.themes.models import Theme, ThemeFont

__all__ = ["Menu", "Theme", "ThemeFont"]
