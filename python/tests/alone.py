"""The first shrink with nothing installed but the wheel: pixels from the standard library's own arrays."""

import scrimp

samples = bytes((x * 5 + y * 3 + c * 40) % 256 for y in range(48) for x in range(64) for c in range(3))
result = scrimp.shrink(memoryview(samples).cast("B", (48, 64, 3)), look="web")
assert result.outcome == "saved" and result.score >= 70, result
