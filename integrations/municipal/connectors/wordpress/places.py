"""Where posts and pages go in a WordPress: categories, tags, and the page above ours."""

from html import escape, unescape

from django.utils.translation import gettext_lazy as _

from cms.stored_words import say
from integrations.municipal.connectors.base import ConnectorError
from integrations.municipal.connectors.wordpress.answers import problem
from integrations.municipal.connectors.wordpress.client import Client


class Places:
    """Ids of places, each looked up once while it lives. Each method raises ConnectorError."""

    def __init__(self, client: Client, *, parent: str) -> None:
        self._client = client
        self._parent_slug = parent
        self._terms: dict[tuple[str, str], int] = {}
        self._parent: int | None = None

    def term(self, taxonomy: str, name: str) -> int:
        """Return the id of the category or tag of that name, made if there is none."""
        key = (taxonomy, name)
        if key not in self._terms:
            self._terms[key] = self._found_term(*key) or self._new_term(*key)
        return self._terms[key]

    def _found_term(self, taxonomy: str, name: str) -> int | None:
        answer = self._client.get(taxonomy, search=name, per_page=100, _fields="id,name")
        if not answer.is_ok or not isinstance(answer.data, list):
            raise problem(answer, is_write=False)
        named = (one for one in answer.data if unescape(one["name"]).lower() == name.lower())
        return next((int(one["id"]) for one in named), None)

    def _new_term(self, taxonomy: str, name: str) -> int:
        answer = self._client.post(taxonomy, {"name": escape(name, quote=False)})
        if answer.is_ok:
            return int(answer.data["id"])
        if answer.code == "term_exists":
            return int(answer.data["data"]["term_id"])
        raise problem(answer, is_write=False)

    def parent_id(self) -> int:
        """Return the id of the page below which pages go."""
        if not self._parent_slug:
            return 0
        if self._parent is None:
            answer = self._client.get("pages", slug=self._parent_slug, _fields="id,slug")
            if not answer.is_ok or not isinstance(answer.data, list):
                raise problem(answer, is_write=False)
            if not answer.data:
                raise ConnectorError(
                    say(_("There is no published page “%(slug)s” there."), slug=self._parent_slug),
                    permanent=True,
                    is_about_destination=True,
                )
            self._parent = int(answer.data[0]["id"])
        return self._parent
