from django.urls import path

from newsletters.editions.views import newsletter_image

urlpatterns = [
    path("obrazy/<int:page_id>/<int:image_id>.jpg", newsletter_image, name="newsletter_image"),
]
