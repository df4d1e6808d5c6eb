"""Goals of `scrimp calibrate`."""

from importlib import metadata

import pytest
import scrimp
from scrimp import classic, errors

PROFILE = """
[versions]
metric = "ssimulacra2 2.1, ssim of Wang et al. in f64"
encoder = "scrimp {version}"
resampler = "Pillow's, 8-bit fixed point"

[classes.photo.shrink]
goal = "ssimulacra2=70"
{made}
[classes.photo.classic]
goal = 0.97
lo = 78
hi = 86
resize = "bicubic"
kernel = "shifted"
{made_classic}
[classes.screenshot.shrink]
goal = "ssimulacra2=92"
{made_other}"""
MADE = """
[classes.{place}.made]
date = "2026-11-23"
aim = "half"
photos = 3
set = "00"
megapixels = [1.0, 1.0, 1.0]
goal_interval = [60.0, 80.0]
figure = 0.5
figure_interval = [0.4, 0.6]
saving = 0.5
saving_interval = [0.4, 0.6]
"""


@pytest.fixture
def profile(tmp_path):
    def write(version=metadata.version("scrimp")):
        made = [MADE.format(place=place) for place in ("photo.shrink", "photo.classic", "screenshot.shrink")]
        path = tmp_path / "profile.toml"
        path.write_text(PROFILE.format(version=version, made=made[0], made_classic=made[1], made_other=made[2]))
        return path

    return write


def test_the_goal_of_a_class_is_taken(profile, jpeg):
    by_goal = scrimp.shrink(jpeg, goal="ssimulacra2=70")
    for wanted in ({"class_": "photo"}, {"class_": "auto"}, {}):
        assert scrimp.shrink(jpeg, profile=profile(), **wanted).data == by_goal.data
    other = scrimp.shrink(jpeg, profile=profile(), class_="screenshot")
    assert other.data == scrimp.shrink(jpeg, goal="ssimulacra2=92").data != by_goal.data


def test_the_classic_settings_of_a_class_are_taken(profile, photo):
    settings = classic.from_profile(profile())
    assert settings == {"resize": "bicubic", "kernel": "shifted", "goal": 0.97, "lo": 78, "hi": 86}
    quality, _ = classic.jpeg_dynamic_quality(photo, **settings)
    assert 78 <= quality <= 86


def test_a_profile_that_does_not_fit_is_refused_with_the_remedy(profile, jpeg):
    with pytest.raises(errors.OptionError, match="screenshot"):
        scrimp.shrink(jpeg, profile=profile(), class_="scan")
    with pytest.raises(errors.OptionError, match="no look, goal or floor"):
        scrimp.shrink(jpeg, profile=profile(), look="web")
    with pytest.raises(errors.OptionError, match=r"none\.toml cannot .*: it cannot be read: "):
        scrimp.shrink(jpeg, profile="none.toml")
    with pytest.raises(errors.OptionError, match="name that too"):
        scrimp.shrink(jpeg, class_="photo")
    with pytest.raises(errors.OptionError, match="accept_stale_profile=True"):
        scrimp.shrink(jpeg, profile=profile("0.0.1"))
    with pytest.raises(errors.OptionError, match="accept_stale_profile=True"):
        classic.from_profile(profile("0.0.1"))
    taken = scrimp.shrink(jpeg, profile=profile("0.0.1"), class_="photo", accept_stale_profile=True)
    assert taken.data == scrimp.shrink(jpeg, goal="ssimulacra2=70").data


def test_each_class_that_is_named_has_a_draw_of_its_own(profile, photo):
    def arms(name):
        crops = [photo.crop((left, 0, left + 48, 48)) for left in range(0, photo.width - 48, 2)]
        wish = {"profile": profile(), "class_": name, "rollout": "40%", "control": "archive"}
        return [scrimp.shrink(crop, **wish).decision.rollout.arm for crop in crops]

    drawn = arms("photo")
    assert drawn == arms("photo")
    assert drawn != arms("screenshot")
