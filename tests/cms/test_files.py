"""Files are private; a public copy is there as long as a live document offers the file."""

import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from cms.accounts.models import User
from cms.documents.media import finish_files, unfinished
from cms.documents.rewriting import rewrite_due
from cms.file_contents import CHECKS, is_what_it_says
from cms.jobs.deadline import Deadline
from cms.models import CentreFile, PublishedFile, ResourceFile
from tests.cms.api.answers import ask
from tests.factories import PDF, FileFactory, ResourceFactory, make_private

pytestmark = pytest.mark.django_db


def package(*names: str, first: tuple[str, bytes] | None = None) -> bytes:
    """Return a ZIP package with files of those names."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in [first] if first else []:
            archive.writestr(name, content)
        for name in names:
            archive.writestr(name, b"x")
    return buffer.getvalue()


def open_document(kind: bytes) -> bytes:
    declared = b"application/vnd.oasis.opendocument." + kind
    return package("content.xml", first=("mimetype", declared))


GOOD = {
    "pdf": PDF,
    "docx": package("[Content_Types].xml", "word/document.xml"),
    "xlsx": package("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": package("[Content_Types].xml", "ppt/presentation.xml"),
    "odt": open_document(b"text"),
    "ods": open_document(b"spreadsheet"),
    "odp": open_document(b"presentation"),
    "csv": "miejscowość;liczba\r\nBełk;3\r\n".encode(),
    "txt": "Zażółć gęślą jaźń".encode("utf-8-sig"),
}
BAD = [
    ("pdf", b"MZ\x90\x00"),
    ("pdf", b"<html>%PDF"),
    ("docx", PDF),
    ("docx", GOOD["xlsx"]),
    ("docx", package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
    ("docx", GOOD["docx"][:40]),
    ("odt", GOOD["ods"]),
    ("odt", package("content.xml", "mimetype")),
    ("csv", b"a;b\0c"),
    ("csv", "zażółć".encode("cp1250")),
    ("txt", b"<!DOCTYPE html><script>alert(1)</script>"),
    ("html", b"<p>tekst</p>"),
    ("svg", b"<svg/>"),
    ("exe", b"MZ"),
    ("", PDF),
]


def test_each_format_that_is_let_in_has_a_check(settings: Settings):
    assert set(settings.WAGTAILDOCS_EXTENSIONS) == set(CHECKS) == set(GOOD)


@pytest.mark.parametrize("ending", GOOD)
def test_file_that_is_what_its_name_says_is_let_in(ending):
    assert is_what_it_says(BytesIO(GOOD[ending]), f"Plik.{ending.upper()}")


# Numbered: what the packages hold differs from one process to the next.
@pytest.mark.parametrize(
    ("ending", "content"), BAD, ids=[f"{number}-{row[0]}" for number, row in enumerate(BAD)]
)
def test_file_that_is_not_what_its_name_says_is_refused(ending, content):
    assert not is_what_it_says(BytesIO(content), f"plik.{ending}")


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    return client


def upload(client: Client, name: str, content: bytes) -> bytes:
    """Upload a file as the form does, and return the answer's text."""
    form = {"title": "Regulamin", "file": SimpleUploadedFile(name, content), "collection": 1}
    return client.post(reverse("wagtaildocs:add"), form, follow=True).content


def test_upload_keeps_a_good_file_and_refuses_others_in_words(staff):
    upload(staff, "regulamin.pdf", PDF)
    file = CentreFile.objects.get()
    assert file.file.read() == PDF
    assert "inny, niż mówi" in upload(staff, "regulamin.docx", PDF).decode()
    assert CentreFile.objects.count() == 1


def test_several_files_at_once_follow_the_same_rules(staff):
    address = reverse("wagtaildocs:add_multiple")
    for name, content in (("dobry.pdf", PDF), ("zly.docx", PDF)):
        files = {"title": name, "files[]": SimpleUploadedFile(name, content), "collection": 1}
        staff.post(address, files, headers={"X-Requested-With": "XMLHttpRequest"})
    assert [file.title for file in CentreFile.objects.all()] == ["dobry.pdf"]


def stored_files(settings: Settings) -> set[str]:
    return {path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def offered() -> Iterable[dict]:
    return ask("/resources/regulamin/")["files"]


def test_file_of_a_live_document_is_public_and_goes_when_that_is_withdrawn(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    file = FileFactory(title="Regulamin łąki")
    assert not stored_files(settings)
    with django_capture_on_commit_callbacks(execute=True):
        page = ResourceFactory(slug="regulamin", files=[ResourceFile(file=file, role="form")])
    (copy,) = PublishedFile.objects.all()
    assert copy.name.endswith("-regulamin-laki.pdf")
    assert stored_files(settings) == {copy.name}
    assert offered() == [
        {
            "title": "Regulamin łąki",
            "url": f"http://testserver/media/{copy.name}",
            "mime_type": "application/pdf",
            "extension": "PDF",
            "size": len(PDF),
            "role": "form",
        }
    ]
    with django_capture_on_commit_callbacks(execute=True):
        make_private(page)
    assert not stored_files(settings)
    assert not PublishedFile.objects.exists()


def test_file_of_a_draft_is_not_public(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = ResourceFactory(draft=True, files=[ResourceFile(file=FileFactory())])
        page.save_revision()
    assert not stored_files(settings)
    assert not PublishedFile.objects.exists()


def test_new_upload_to_the_same_file_is_a_new_copy_and_the_old_one_goes(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    file = FileFactory(title="Regulamin")
    with django_capture_on_commit_callbacks(execute=True):
        ResourceFactory(slug="regulamin", files=[ResourceFile(file=file)])
    (before,) = stored_files(settings)
    with django_capture_on_commit_callbacks(execute=True):
        file.file = ContentFile(PDF + b"2", name="regulamin-2.pdf")
        file._set_document_file_metadata()
        file.save()
        rewrite_due(Deadline("documents"))
    (after,) = stored_files(settings)
    assert before != after
    assert [one["size"] for one in offered()] == [len(PDF) + 1]


def test_deleted_file_leaves_the_document_and_the_public_storage(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    file = FileFactory()
    with django_capture_on_commit_callbacks(execute=True):
        ResourceFactory(slug="regulamin", files=[ResourceFile(file=file)])
    with django_capture_on_commit_callbacks(execute=True):
        file.delete()
    assert offered() == []
    assert not stored_files(settings)


def test_what_a_crash_left_undone_is_done_by_the_job(settings: Settings):
    page = ResourceFactory(slug="regulamin", files=[ResourceFile(file=FileFactory())])
    assert unfinished(PublishedFile).count() == 1  # no callback ran: as after a crash
    finish_files(Deadline("media"))
    assert len(stored_files(settings)) == 1
    page.unpublish()
    finish_files(Deadline("media"))
    assert not stored_files(settings)


def test_original_is_served_to_staff_only(staff):
    file = FileFactory()
    assert staff.get(file.url).status_code == 200
    answer = Client().get(file.url)
    assert answer.status_code == 302
    assert PDF not in answer.content
