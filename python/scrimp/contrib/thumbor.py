"""thumbor: `OPTIMIZERS = ["scrimp.contrib.thumbor"]`, and perhaps `SCRIMP_LOOK = "web"`.

thumbor has compressed by then, and the goal counts from what it wrote: set QUALITY to 95 or more.
"""

from __future__ import annotations

from typing import Any

import scrimp
from thumbor.optimizers import BaseOptimizer


class Optimizer(BaseOptimizer):  # type: ignore[misc]
    """Optimises JPEGs in memory."""

    def should_run(self, image_extension: str, buffer: bytes) -> bool:
        return image_extension.lower() in (".jpg", ".jpeg")

    def run_optimizer(self, image_extension: str, buffer: bytes) -> bytes:
        if not self.should_run(image_extension, buffer):
            return buffer
        look: Any = getattr(self.context.config, "SCRIMP_LOOK", None)
        try:
            return scrimp.shrink(buffer, look=look).data
        except scrimp.errors.Refused:
            return buffer
