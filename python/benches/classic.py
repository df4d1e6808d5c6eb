"""The classic algorithm here against the published Python, on the same photos in one run.

    python python/benches/classic.py [PHOTO...]

Needs the wheel of `maturin build --release`, Pillow, NumPy and pyssim. Without photos it makes some.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy
import ssim
from PIL import Image
from scrimp.classic import jpeg_dynamic_quality


def made(seed: int) -> Image.Image:
    y, x, c = numpy.mgrid[0:1200, 0:1600, 0:3].astype(numpy.float32)
    noise = numpy.random.default_rng(seed).normal(0, 6, x.shape)
    return Image.fromarray((120 + 80 * numpy.sin(x / 31 + c) * numpy.cos(y / 23 + seed) + noise).clip(0, 255).astype("u1"))


def published(photo: Image.Image) -> tuple[int, float]:
    """As published, with the resizing of then and the window of today."""
    photo = photo.resize((400, 400), Image.Resampling.NEAREST)

    def ssim_at(quality: int) -> float:
        file = io.BytesIO()
        photo.save(file, format="JPEG", quality=quality, progressive=True)
        file.seek(0)
        return float(ssim.compute_ssim(photo, Image.open(file)))

    ceiling, lo, hi, selected = ssim_at(95), 80, 85, None
    for _ in range(3):
        quality = (lo + hi) // 2
        score = ssim_at(quality)
        if score / ceiling >= 0.95:
            selected, hi = (quality, score), quality
        else:
            lo = quality
    return selected or (hi, ssim_at(hi))


def here(photo: Image.Image) -> tuple[int, float]:
    return jpeg_dynamic_quality(photo, kernel="shifted")


def seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


photos = [Image.open(path).convert("RGB") for path in sys.argv[1:]] or [made(seed) for seed in range(4)]
ratios = []
for photo in photos:
    (quality, score), (wanted, reference) = here(photo), published(photo)
    assert quality == wanted and abs(score - reference) < 1e-9
    pairs = [(seconds(lambda: published(photo)), seconds(lambda: here(photo))) for _ in range(5)]
    theirs, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratios.append(theirs / ours)
    print(f"{photo.width}x{photo.height}: published {theirs * 1e3:.1f} ms, here {ours * 1e3:.1f} ms, {ratios[-1]:.1f} times")
print(f"median: {statistics.median(ratios):.1f} times as fast")

many = photos * max(1, 40 // len(photos))


def counting(_: object) -> None:
    sum(range(200_000))


def gain(pool, work) -> float:
    """How many times as much two workers of a pool do as one."""
    with pool(1) as one, pool(2) as two:
        list(two.map(work, many[:4]))
        alone = seconds(lambda: list(one.map(work, many)))
        return alone / seconds(lambda: list(two.map(work, many)))


# What the machine has to give just now, beside what the threads take of it.
gains = [(gain(ThreadPoolExecutor, here), gain(ProcessPoolExecutor, counting)) for _ in range(5)]
threads, machine = (statistics.median(column) for column in zip(*gains, strict=True))
print(f"two threads: {threads:.2f} times one; two counting processes: {machine:.2f} times one")
