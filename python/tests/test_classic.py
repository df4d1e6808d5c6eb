"""The classic algorithm against the published one: recorded, and live with Pillow and pyssim."""

import io
import json
import math

import numpy
import pytest
from conftest import picture
from PIL import Image
from scrimp import errors
from scrimp.classic import compute_ssim, get_ssim_at_quality, jpeg_dynamic_quality

TOLERANCE = 1e-9
SIZES = [(64, 48), (301, 123), (640, 427), (427, 640)]


def close(answer, quality, ssim):
    return answer[0] == quality and abs(answer[1] - ssim) <= TOLERANCE


def live_ssim(photo, quality, kernel):
    ssim = pytest.importorskip("ssim")
    file = io.BytesIO()
    photo.save(file, format="JPEG", quality=quality, progressive=True)
    return float(ssim.SSIM(photo, kernel).ssim_value(Image.open(file)))


def live_kernel(world, width=11, sigma=1.5):
    utils = pytest.importorskip("ssim.utils")
    if world == "today":
        return utils.get_gaussian_kernel(width, sigma)
    taps = numpy.exp(-0.5 * (numpy.arange(float(width)) - width // 2) ** 2 / sigma**2)  # as Python 2 divided
    return taps / taps.sum()


def live_answer(photo, world, goal=0.95, lo=80, hi=85):
    """The published loop."""
    kernel = live_kernel(world)
    photo = photo.resize((400, 400), Image.Resampling.BICUBIC if world == "today" else Image.Resampling.NEAREST)
    ceiling, selected = live_ssim(photo, 95, kernel), None
    for _ in range(int(math.log2(hi - lo)) + 1):
        quality = (lo + hi) // 2
        ssim = live_ssim(photo, quality, kernel)
        if ssim / ceiling >= goal:
            selected, hi = (quality, ssim), quality
        else:
            lo = quality
    return selected or (hi, live_ssim(photo, hi, kernel))


@pytest.mark.parametrize("world", ["published", "today"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channels", [1, 3])
def test_the_answers_are_those_of_the_published_code_live(world, size, channels):
    photo = picture(*size, channels)
    assert close(jpeg_dynamic_quality(photo, world=world), *live_answer(photo, world))
    strict = jpeg_dynamic_quality(photo, world=world, goal=0.985, lo=40, hi=95)
    assert close(strict, *live_answer(photo, world, 0.985, 40, 95))
    wanted = live_ssim(photo, 80, live_kernel(world))
    assert abs(get_ssim_at_quality(photo, 80, world=world) - wanted) <= TOLERANCE


@pytest.mark.parametrize(("sigma", "width"), [(1.5, 11), (0.8, 5), (3.0, 21)])
def test_compute_ssim_is_pyssims(sigma, width):
    ssim = pytest.importorskip("ssim")
    one, other = picture(seed=1), picture(seed=2)
    wanted = ssim.compute_ssim(one, other, sigma, width)
    assert abs(compute_ssim(one, other, sigma, width, world="today") - wanted) <= TOLERANCE
    centred = float(ssim.SSIM(one, live_kernel("published", width, sigma)).ssim_value(other))
    assert abs(compute_ssim(one, other, sigma, width) - centred) <= TOLERANCE


def test_a_second_image_of_another_size_is_resized_as_pyssim_does():
    ssim = pytest.importorskip("ssim")
    one, other = picture(120, 80), picture(200, 100)
    assert abs(compute_ssim(one, other, world="today") - ssim.compute_ssim(one, other)) <= TOLERANCE


def test_switched_off_it_answers_the_highest():
    photo = picture()
    quality, ssim = jpeg_dynamic_quality(photo, enabled=False, hi=90)
    small = photo.resize((400, 400), Image.Resampling.NEAREST)
    assert quality == 90 and ssim == get_ssim_at_quality(small, 90)


def test_what_is_out_of_range_is_refused():
    for options in ({"goal": 2.0}, {"lo": 0}, {"kernel": "round"}, {"resize": "lanczos"}):
        with pytest.raises(errors.OptionError):
            jpeg_dynamic_quality(picture(), **options)
    with pytest.raises(errors.OptionError):
        get_ssim_at_quality(picture(), 101)


def test_the_recorded_answers_are_given_on_the_corpus(corpus):
    rows = [json.loads(line) for line in (corpus / "golden" / "classic.jsonl").read_text().splitlines()]
    assert len(rows) > 50
    for row in rows:
        with Image.open(corpus / "corpus" / "photos" / row["file"]) as photo:
            photo.load()
        for world in ("published", "today"):
            golden = row[world]
            strict = golden["goal_0_97"]
            for options, quality, ssim in [
                ({}, golden["quality"], golden["ssim"]),
                ({"enabled": False}, *golden["disabled"]),
                ({"goal": 0.97}, strict["quality"], strict["ssim"]),
            ]:
                answer = jpeg_dynamic_quality(photo, world=world, **options)
                assert close(answer, quality, ssim), (row["file"], world, options, answer)
