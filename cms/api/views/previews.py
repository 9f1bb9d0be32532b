"""The draft that a signed link leads to, as the document that it would be."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.json import dump
from cms.api.problems import LINK_OVER, NOT_FOUND, ProblemError
from cms.api.views.base import ApiView
from cms.previews.drafts import as_answer
from cms.previews.links import LinkOverError, UnknownLinkError, open_link
from cms.previews.views import PRIVATE_HEADERS


class PreviewView(ApiView):
    """A draft, for who has the link. It is no state to keep: no entity tag, no cache."""

    is_documented = False  # docs/api.md tells those who are given a link

    def get(self, request: Request, token: str) -> Response:
        self.read_values()
        try:
            return Response(dump(as_answer(open_link(token), token)))
        except LinkOverError as error:
            raise ProblemError(
                LINK_OVER, "This link shows nothing any more. Ask who sent it for a new one."
            ) from error
        except UnknownLinkError as error:
            raise ProblemError(NOT_FOUND, "This is no link to a draft.") from error

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in PRIVATE_HEADERS.items():
            response[name] = value
        return response
