"""A new goal that is tried on a share of the photos first."""

import pytest
import scrimp
from scrimp import classic, errors


def test_who_is_drawn_is_held_to_what_is_tried(jpeg):
    for share, arm, look in ((1, "treatment", "web"), ("100%", "treatment", "web"), (0.0, "control", "archive")):
        result = scrimp.shrink(jpeg, look="web", rollout=share, control="archive")
        assert result.data == scrimp.shrink(jpeg, look=look).data
        assert result.decision.rollout == scrimp.Rollout(arm, None)
    assert scrimp.shrink(jpeg).decision.rollout is None


def test_a_shadow_is_only_told_of(jpeg):
    result = scrimp.shrink(jpeg, look="web", shadow=True, control="ssimulacra2=90")
    tried = scrimp.shrink(jpeg, look="web")
    assert result.data == scrimp.shrink(jpeg, look="archive").data
    assert result.decision.rollout.arm == "control"
    told = result.decision.rollout.shadow
    assert (told.outcome, told.output_bytes, told.score) == ("saved", len(tried.data), tried.score)
    assert told.goal == tried.decision.goal and told.setting == tried.decision.setting


def test_the_same_photos_are_drawn_each_time(photo):
    def arms():
        crops = [photo.crop((left, 0, left + 48, 48)) for left in range(0, photo.width - 48, 2)]
        return [scrimp.shrink(crop, look="thumb", rollout="40%").decision.rollout.arm for crop in crops]

    drawn = arms()
    assert drawn == arms()
    assert 0 < drawn.count("treatment") < len(drawn)


def test_what_cannot_be_tried_is_refused(jpeg):
    for wish, why in (
        ({"rollout": "1%"}, "need a goal to try"),
        ({"look": "web", "rollout": "1"}, "0% to 100%"),
        ({"look": "web", "rollout": 1.5}, "0% to 100%"),
        ({"look": "web", "control": "high"}, "control goes with"),
        ({"look": "web", "shadow": True, "control": "best"}, "none of"),
    ):
        with pytest.raises(errors.OptionError, match=why):
            scrimp.shrink(jpeg, **wish)


def test_the_classic_algorithm_is_rolled_out_too(photo):
    on, off = classic.jpeg_dynamic_quality(photo), classic.jpeg_dynamic_quality(photo, enabled=False)
    assert classic.jpeg_dynamic_quality(photo, rollout=1.0) == on
    assert classic.jpeg_dynamic_quality(photo, rollout=0.0) == off
    decision = classic.decide(photo, shadow=True)
    assert ((decision.quality, decision.ssim), decision.shadow, decision.arm) == (off, on, "control")
    assert classic.decide(photo).probes[0][0] == 95 and classic.decide(photo).arm is None
    with pytest.raises(errors.OptionError, match="switched off"):
        classic.jpeg_dynamic_quality(photo, enabled=False, shadow=True)
