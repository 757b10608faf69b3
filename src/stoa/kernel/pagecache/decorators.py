from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

TAGS_HEADER = "X-Stoa-Cache-Tags"
QUERY_HEADER = "X-Stoa-Cache-Query"

View = Callable[..., HttpResponseBase]


def cached_page(*static_tags: str, query: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Let the page cache keep a view's 200 answers to GET. The page must hold nothing personal.

    ``query`` names the query parameters that change the page; all others are ignored by the cache, so the view must
    ignore them too; ``tags.vary`` adds names that only the view knows. The view adds tags with ``tags.tag``; without any
    tag nothing is kept.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def tagged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            gathered = set(static_tags)
            names = set(query)
            request.stoa_cache_tags = gathered  # type: ignore[attr-defined]
            request.stoa_cache_query = names  # type: ignore[attr-defined]
            response = view(request, *args, **kwargs)
            render = getattr(response, "render", None)
            if callable(render) and not getattr(response, "is_rendered", True):
                response = render()  # templates add tags too
            if request.method == "GET" and response.status_code == 200 and gathered:
                response[TAGS_HEADER] = " ".join(sorted(gathered))
                response[QUERY_HEADER] = " ".join(sorted(names))
            return response

        return tagged

    return decorate
