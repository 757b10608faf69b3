from __future__ import annotations

from django.urls import path

from stoa.backoffice.searching import lists, query, report

urlpatterns = [
    *report.SearchReport.routes("insights/search/"),
    path("insights/search/query/", query.SearchQuery.as_view(), name="search_query"),
    path("insights/search/query/synonym/", query.add_synonym, name="search_synonym_add"),
    path("insights/search/query/redirect/", query.set_target, name="search_redirect_set"),
    path("insights/search/query/place/", query.place, name="search_place"),
    path("insights/search/query/source/", query.source, name="sourcing_add"),
    path("insights/search/redirects/<int:redirect_id>/remove/", query.drop_target, name="search_redirect_remove"),
    *lists.SynonymList.routes("insights/search/synonyms/"),
    path("insights/search/synonyms/new/", lists.NewSynonym.as_view(), name="synonym_new"),
    path("insights/search/synonyms/<int:synonym_id>/", lists.EditSynonym.as_view(), name="synonym"),
    path("insights/search/synonyms/<int:synonym_id>/remove/", lists.remove_synonym, name="synonym_remove"),
    *lists.CurationList.routes("insights/search/results/placed/"),
    *lists.RedirectList.routes("insights/search/redirects/"),
    *lists.SourcingList.routes("stock/sourcing/"),
    path("stock/sourcing/<int:note_id>/", lists.SourcingScreen.as_view(), name="sourcing_note"),
]
