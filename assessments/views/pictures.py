"""Pictures inside questions."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError

from assessments.services.pictures import COLLECTION

# Wide enough for the column of a test on a sharp screen, light enough for a slow connection.
RENDITION = "max-800x800|format-webp"


@login_required
@require_safe
@cache_control(private=True, max_age=3600)
def question_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to a picture of the question bank in the size of a page; 404 for every other picture of the library."""
    image = get_object_or_404(get_image_model(), pk=pk, collection__name=COLLECTION)
    try:
        return redirect(image.get_rendition(RENDITION).url)
    except SourceImageIOError as error:
        raise Http404 from error
