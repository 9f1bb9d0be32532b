"""What mails fetch from this site: images, as long as the edition shows them to everyone."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from cms.templatetags.body import shown_images
from cms.templatetags.site import public_pages
from newsletters.editions.models import NewsletterPage
from newsletters.editions.rendering import mail_rendition


@require_safe
def newsletter_image(request: HttpRequest, page_id: int, image_id: int) -> FileResponse:
    """Serve an image of a public edition as mails show it. Nothing is rendered here."""
    public = public_pages().filter(pk=page_id)
    page = NewsletterPage.objects.filter(pk__in=public.values("pk")).first()
    image = shown_images(page).get(image_id) if page else None
    rendition = mail_rendition(image) if image else None
    if rendition is None:
        raise Http404
    try:
        file = rendition.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    # Short: what is withdrawn shall be gone soon.
    return FileResponse(
        file, content_type="image/jpeg", headers={"Cache-Control": "public, max-age=300"}
    )
