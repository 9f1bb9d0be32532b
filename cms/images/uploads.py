"""Many images at once: author, licence and consent are asked once for all of an upload."""

from datetime import timedelta
from typing import Any

import structlog
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils import timezone
from wagtail.images.views.multiple import AddView
from wagtail.models import UploadedFile

from cms.jobs.deadline import Deadline

logger = structlog.get_logger(__name__)

# What is usually the same of all photos of one occasion.
SHARED = ("author", "licence", "shows_people", "consent_reference", "consent_expires_on")
# An upload that nobody completed by then is deleted.
KEPT_FOR = timedelta(days=1)


class AddImagesView(AddView):
    """Wagtail's view, which keeps a picture only as our form gives it back.

    Each picture waits as an upload until its alternative text is given; its form begins with the
    shared values.
    """

    template_name = "cms/images/add_multiple.html"

    def post(self, request: HttpRequest) -> HttpResponse:
        given = request.FILES.get("files[]")
        if given is None:
            return HttpResponseBadRequest("Must upload a file")
        form = self.get_upload_form_class()(
            {**self._shared(request), "title": self._title(request, given)},
            {"file": given},
            user=request.user,
        )
        if "file" in form.errors:
            return JsonResponse(self.get_invalid_response_data(form))
        self.upload_object = UploadedFile.objects.create(
            for_content_type=ContentType.objects.get_for_model(self.model),
            file=form.cleaned_data["file"],
            uploaded_by_user=request.user,
        )
        # What the form found of the shared values, however incomplete they are.
        self.object = form.instance
        return JsonResponse(self.get_edit_upload_response_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"shared_form": shared_form(self.get_upload_form_class())}

    @staticmethod
    def _shared(request: HttpRequest) -> dict[str, Any]:
        names = (*SHARED, "collection")
        return {name: request.POST[name] for name in names if name in request.POST}

    @staticmethod
    def _title(request: HttpRequest, given: Any) -> str:
        return request.POST.get("title") or given.name


def shared_form(form_class: Any) -> forms.Form:
    """Return the fields that are asked once, as they stand in the form of one image."""
    fields = {name: form_class.base_fields[name] for name in SHARED}
    form: forms.Form = type("SharedForm", (forms.Form,), fields)(auto_id="id_shared_%s")
    for field in form.fields.values():
        field.widget.attrs["form"] = "upload-form"
        field.required = False
    return form


def has_old_uploads() -> bool:
    """Whether an upload waits that nobody will complete any more."""
    oldest = UploadedFile.objects.order_by("pk").first()
    return oldest is not None and is_old(oldest)


def delete_old_uploads(deadline: Deadline) -> bool:
    """Delete them, file first, so that none is left behind; return whether time ran out."""
    for upload in UploadedFile.objects.order_by("pk")[:500]:
        if deadline.is_over():
            return True
        if not is_old(upload):
            break
        upload.file.delete(save=False)
        upload.delete()
        deadline.beat()
    return False


def is_old(upload: UploadedFile) -> bool:
    """Whether the upload is over; Wagtail notes no time beside it, so its file's own is asked."""
    storage, name = upload.file.storage, upload.file.name
    if not storage.exists(name):
        return True
    return bool(timezone.now() - storage.get_modified_time(name) > KEPT_FOR)
