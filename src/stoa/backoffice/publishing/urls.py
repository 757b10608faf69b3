from __future__ import annotations

from django.urls import path

from stoa.backoffice.publishing import screens

urlpatterns = [
    path("publishing/<str:kind>/<int:pk>/", screens.PublishCheck.as_view(), name="publish_check"),
    path("publishing/<str:kind>/<int:pk>/now/", screens.publish_now, name="publish_now"),
]
