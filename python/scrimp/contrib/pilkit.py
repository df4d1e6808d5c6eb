"""pilkit, and with it django-imagekit: `import scrimp.contrib.pilkit`, then

    ImageSpecField(source="photo", format="SCRIMP", options={"look": "web"})

The pixels come before any compression, so that nothing is lost twice.
"""

from __future__ import annotations

import scrimp.pillow
from pilkit import utils

__all__ = ["scrimp"]

# From it pilkit tells the name of the file and its MIME type.
utils.DEFAULT_EXTENSIONS["SCRIMP"] = ".jpg"
