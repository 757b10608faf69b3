from __future__ import annotations

from django.urls import path

from stoa.backoffice.stock import level
from stoa.backoffice.stock.lists import LevelList, MoveList

urlpatterns = [
    *LevelList.routes("stock/"),
    *MoveList.routes("stock/ledger/"),
    path("stock/<int:level_id>/", level.LevelScreen.as_view(), name="level"),
    path("stock/<int:level_id>/adjust/", level.adjust, name="level_adjust"),
    path("stock/<int:level_id>/policy/", level.change_policy, name="level_policy"),
    path("stock/variants/<int:variant_id>/open/", level.open_level, name="level_open"),
]
