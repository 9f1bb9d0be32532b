"""The port: channels are asked, and one that fails does not silence the others."""

import pytest

from cms import channels
from cms.channels import Action, ChannelStatus, Todo, Urgency
from tests.factories import EventFactory, document_of

pytestmark = pytest.mark.django_db


class Talking:
    name = "Tablica ogłoszeń"

    def status(self, document):
        return [ChannelStatus(place="Tablica", state="wisi", is_current=True)]

    def actions(self, document):
        return [Action(place="Tablica", label="Zdejmij", url="/zdejmij/")]

    def todo(self, user):
        return [Todo("Przybij", "/przybij/"), Todo("Pali się", "/ugas/", urgency=Urgency.NOW)]

    def has(self, document_id, destination):
        return destination == "Tablica"


class Broken(Talking):
    name = "Gołąb"

    def status(self, document):
        raise OSError("nie wrócił")

    def todo(self, user):
        raise OSError("nie wrócił")


@pytest.fixture
def only(monkeypatch):
    def use(*them):
        monkeypatch.setattr(channels, "_channels", list(them))

    return use


def test_ask_with_a_broken_channel_tells_of_the_others(only):
    only(Broken(), Talking())
    document = document_of(EventFactory())

    broken, talking = channels.ask(document)

    assert (broken.name, broken.is_failed, broken.statuses) == ("Gołąb", True, [])
    assert (talking.is_failed, talking.statuses[0].state) == (False, "wisi")
    assert talking.actions[0].label == "Zdejmij"


def test_todo_with_a_broken_channel_says_so_and_puts_the_urgent_first(only):
    only(Broken(), Talking())
    assert [one.text for one in channels.todo(None)] == [
        "Pali się",
        "Gołąb: nie udało się sprawdzić",
        "Przybij",
    ]


def test_registered_channels_are_the_three_of_the_product():
    names = {str(channel.name) for channel in channels._channels}
    assert names == {"API i ten serwis", "Serwisy gminne", "Newsletter"}
