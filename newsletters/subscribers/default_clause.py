"""The words that the first clause begins with. What only the controller knows is left as a gap."""

import re

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

_GAP = re.compile(r"\[(?:fill in|uzupełnij)\b[^\]]*\]?", re.IGNORECASE)


def default_words() -> dict[str, str]:
    """Return field name → words in the language of the installation: people read them there."""
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "controller": _("[fill in: full name of the organization]"),
            "controller_details": _(
                "[fill in: postal address]\n"
                "[fill in: e-mail and phone]\n"
                "[fill in: contact of the data protection officer, or delete this line]"
            ),
            "text": _(
                "I want the newsletter about events, trainings and organizations at the address "
                "given, and I agree that [fill in: name of the data controller] processes my "
                "e-mail address, my first name and my choice of topics to send it. I know that I "
                "can withdraw this consent at any time."
            ),
            "information": _information(),
        }


def gaps_in(words: str) -> list[str]:
    """Return what has still to be filled in."""
    return _GAP.findall(words)


def _information() -> str:
    paragraphs = (
        _(
            "We process your e-mail address, your first name (if you give it) and your choice of "
            "topics to send you the newsletter. The basis is your consent: art. 6(1)(a) of the "
            "GDPR and art. 398 of the Polish Electronic Communications Law."
        ),
        _(
            "The data reach those who keep our server and our mail running: [fill in: names of "
            "the providers]. Nobody else gets them, and they do not leave the European Economic "
            "Area."
        ),
        _(
            "We keep them until you withdraw your consent, and delete the address within 30 days "
            "after. For three years more we keep the proof that there was a consent, with a code "
            "in place of the address."
        ),
        _(
            "You may see your data, correct them, have them erased or their use restricted, and "
            "take them elsewhere. You may withdraw the consent at any time, by the link in each "
            "mail; what was sent before stays lawful. You may complain to the President of the "
            "Personal Data Protection Office (UODO)."
        ),
        _(
            "Giving the data is voluntary; without the address we cannot send the newsletter. We "
            "make no decisions by machine about you, and we do not track who opens a mail."
        ),
    )
    return "\n\n".join(paragraphs)
