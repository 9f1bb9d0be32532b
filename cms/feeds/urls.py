"""Addresses below /feeds/. Their names are stable (docs/api.md)."""

from django.urls import URLPattern, path

from cms.feeds import examples
from cms.feeds.formats import FORMATS, JSON, Format
from cms.feeds.serializers import JsonFeedSerializer
from cms.feeds.subjects import SUBJECTS, Subject
from cms.feeds.views import FeedView


def feed(subject: Subject, form: Format) -> URLPattern:
    """Return the address of a subject's feed in one form, documented."""
    answer = {"type": "string", "description": f"{form.name}."} if form is not JSON else None
    view = FeedView.as_view(
        subject=subject,
        form=form,
        filterset_class=subject.filterset_class,
        media_type=form.media_type,
        operation_id=f"get{subject.name.title()}{form.suffix.title()}",
        summary=f"Follow {subject.name} as {form.name}",
        example=examples.FEEDS[subject.name][form.suffix],
        answer_schema=answer,
        serializer_class=JsonFeedSerializer,
    )
    return path(f"{subject.name}.{form.suffix}", view, name=f"{subject.name}-{form.suffix}")


app_name = "feeds"
urlpatterns = [feed(subject, form) for subject in SUBJECTS for form in FORMATS]
