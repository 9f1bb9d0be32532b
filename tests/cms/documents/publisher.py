"""A process that publishes one event again and again, and renames the place that all of them share.

Run as `python -m tests.cms.documents.publisher PAGE_ID ROUNDS`.
"""

import sys

import django


def main(page_id: int, rounds: int) -> None:
    from cms.models import EventPage, Place

    for number in range(1, rounds + 1):
        event = EventPage.objects.get(pk=page_id)
        event.title = f"Tytuł {page_id}/{number}"
        event.save_revision().publish()
        place = Place.objects.get()
        place.name = f"Miejsce {page_id}/{number}"
        place.save()


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]))
