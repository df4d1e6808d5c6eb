"""Django: uploads are shrunk on their way into a storage.

    class Photos(Shrinking, FileSystemStorage):
        shrink_options = {"look": "web"}

    photo = models.ImageField(storage=Photos())

What scrimp does not read is stored as it came, and a photo of another format keeps its format, because its name is
settled by then.
"""

from __future__ import annotations

from typing import Any, ClassVar

import scrimp
from django.core.files.base import ContentFile
from scrimp._wish import Options

_JPEG = b"\xff\xd8\xff"


class Shrinking:
    """A mixin before any storage."""

    shrink_options: ClassVar[Options] = {}

    def _save(self, name: str, content: Any) -> str:
        content.seek(0)
        data = content.read()
        if data.startswith(_JPEG):
            try:
                content = ContentFile(scrimp.shrink(data, **self.shrink_options).data, name=content.name)
            except scrimp.errors.Refused:
                pass
        content.seek(0)
        saved: str = super()._save(name, content)  # type: ignore[misc]
        return saved
