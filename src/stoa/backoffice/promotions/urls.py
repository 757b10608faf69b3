from __future__ import annotations

from django.urls import path

from stoa.backoffice.promotions import codes, screens, trials

urlpatterns = [
    *screens.PromotionList.routes("marketing/promotions/"),
    path("marketing/promotions/new/", screens.NewPromotion.as_view(), name="promotion_new"),
    path("marketing/promotions/floor/", screens.FloorPage.as_view(), name="promotion_floor"),
    path("marketing/promotions/<int:promotion_id>/", screens.PromotionScreen.as_view(), name="promotion"),
    path("marketing/promotions/<int:promotion_id>/edit/", screens.EditPromotion.as_view(), name="promotion_edit"),
    path("marketing/promotions/<int:promotion_id>/pause/", screens.pause, name="promotion_pause"),
    path("marketing/promotions/<int:promotion_id>/resume/", screens.resume, name="promotion_resume"),
    path("marketing/promotions/<int:promotion_id>/archive/", screens.archive, name="promotion_archive"),
    path("marketing/promotions/<int:promotion_id>/codes/make/", codes.make, name="promotion_codes_make"),
    path("marketing/promotions/<int:promotion_id>/codes/off/", codes.switch_off, name="promotion_codes_off"),
    path("marketing/promotions/<int:promotion_id>/codes.csv", codes.download, name="promotion_codes_download"),
    path("marketing/promotions/<int:promotion_id>/try/", trials.begin, name="promotion_try"),
    path("marketing/promotions/trials/<int:trial_id>/", trials.TrialScreen.as_view(), name="promotion_trial"),
    path("marketing/promotions/trials/<int:trial_id>/orders.csv", trials.download, name="promotion_trial_download"),
]
