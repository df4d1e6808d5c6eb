"""A whole Django site in one file: photos that are uploaded, stored as the smallest JPEGs that look the same.

    pip install scrimp django
    python django_upload.py runserver
    curl -F photo=@photo.jpg http://127.0.0.1:8000/
"""

import sys

from django.conf import settings

settings.configure(
    DEBUG=True,
    ROOT_URLCONF=__name__,
    MEDIA_ROOT="photos",
    # All that Django stores goes through it; a model's field may have a storage of its own instead.
    STORAGES={"default": {"BACKEND": f"{__name__}.Photos"}},
)

from django.core.files.storage import FileSystemStorage, default_storage  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from scrimp.contrib.django import Shrinking  # noqa: E402


class Photos(Shrinking, FileSystemStorage):
    shrink_options = {"look": "high"}


@csrf_exempt
def upload(request: HttpRequest) -> JsonResponse:
    photo = request.FILES["photo"]
    name = default_storage.save(photo.name, photo)
    return JsonResponse({"name": name, "uploaded": photo.size, "stored": default_storage.size(name)})


urlpatterns = [path("", upload)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
