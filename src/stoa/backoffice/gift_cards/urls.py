from __future__ import annotations

from django.urls import path

from stoa.backoffice.gift_cards import report, screens

urlpatterns = [
    *screens.GiftCardList.routes("marketing/gift-cards/"),
    path("marketing/gift-cards/new/", screens.NewGiftCard.as_view(), name="gift_card_new"),
    path("marketing/gift-cards/<int:card_id>/", screens.GiftCardScreen.as_view(), name="gift_card"),
    path("marketing/gift-cards/<int:card_id>/correct/", screens.correct, name="gift_card_correct"),
    path("marketing/gift-cards/<int:card_id>/void/", screens.void, name="gift_card_void"),
    path("marketing/gift-cards/<int:card_id>/code/", screens.ReplaceCode.as_view(), name="gift_card_code"),
    path("insights/gift-cards/", report.Liability.as_view(), name="gift_card_liability"),
    *report.MoveList.routes("insights/gift-cards/movements/"),
]
