#!/usr/bin/env python3
"""Writes classic_reference.json beside this file: what Pillow and pyssim answer on pictures made by a formula.

    python -m venv /tmp/v && /tmp/v/bin/pip install pillow==13.0.0 pyssim==0.7.1 numpy scipy
    /tmp/v/bin/python crates/scrimp/tests/golden/classic_reference.py
"""
import io, json, pathlib
import numpy as np
from PIL import Image
from ssim import SSIM
from ssim.utils import get_gaussian_kernel

SIZES = [(1, 1), (1, 9), (9, 1), (7, 5), (64, 48), (301, 123), (123, 301), (640, 427), (427, 640)]
TARGETS = [(400, 400), (1, 1), (5, 300), (300, 5), (50, 40)]


def picture(width, height, channels):
    """As in classic_reference.rs: slopes, and noise where x is beyond y."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels].astype(np.uint32)
    slope = (x * (2 + c) + y * 3) % 512
    slope = np.minimum(slope, 511 - slope)
    noise = ((x * 73856093) ^ (y * 19349663) ^ (c * 83492791)) >> 8 & 63
    samples = np.minimum(slope + np.where(x > y, noise, noise & 7), 255).astype(np.uint8)
    return Image.fromarray(samples[:, :, 0] if channels == 1 else samples)


def checksum(image):
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in image.tobytes():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def kernel(world):
    if world == "today":
        return get_gaussian_kernel(11, 1.5)
    taps = np.exp(-0.5 * (np.arange(11.0) - 11 // 2) ** 2 / 1.5**2)  # as Python 2 divided
    return taps / taps.sum()


def ssim_at(image, quality, world):
    file = io.BytesIO()
    image.save(file, format="JPEG", quality=quality, progressive=True)
    return float(SSIM(image, kernel(world)).ssim_value(Image.open(file)))


def decision(image, world):
    resized = image.resize((400, 400), Image.NEAREST if world == "published" else Image.BICUBIC)
    lo, hi, best, probes = 80, 85, None, [(95, ssim_at(resized, 95, world))]
    for _ in range(int(np.log2(hi - lo)) + 1):
        quality = (lo + hi) // 2
        probes.append((quality, ssim_at(resized, quality, world)))
        if probes[-1][1] / probes[0][1] >= 0.95:
            best, hi = probes[-1], quality
        else:
            lo = quality
    if not best:
        best = (hi, ssim_at(resized, hi, world))
        probes.append(best)
    return {"quality": best[0], "ssim": best[1], "probes": list(dict(probes).items())}


cases = []
for channels in (1, 3):
    for size in SIZES:
        image = picture(*size, channels)
        resized = [
            {"size": target, **{name: checksum(image.resize(target, filter))
             for name, filter in (("nearest", Image.NEAREST), ("bicubic", Image.BICUBIC))}}
            for target in TARGETS
        ]
        cases.append({"size": size, "channels": channels, "picture": checksum(image), "resized": resized,
                      "ssim_at_own_size": [(q, ssim_at(image, q, "today")) for q in (1, 50, 90)],
                      **{world: decision(image, world) for world in ("published", "today")}})
lines = ",\n".join(json.dumps(case) for case in cases)
pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")
