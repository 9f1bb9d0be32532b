"""The form with which files are uploaded (`WAGTAILDOCS_DOCUMENT_FORM_BASE`)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm

from cms.file_contents import is_what_it_says


class CentreFileForm(BaseDocumentForm):
    """Lets in only files that are what their ending says, and carry no macros."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if "file" in self.changed_data and file and not is_what_it_says(file, file.name):
            raise ValidationError(
                _(
                    "This file is not what the ending of its name says, or it holds macros. "
                    "Save it again in the program that made it, then upload it."
                ),
                code="not_what_it_says",
            )
        return file
