"""The keywords that say what is wanted, as the native half takes them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypedDict

Look = Literal["archive", "high", "web", "thumb"]
Effort = Literal["fast", "default", "max"]
Strip = Literal["gps", "thumbnail", "comments", "all-but-icc"]


class Options(TypedDict, total=False):
    """How a photo is shrunk; the manual tells more of each."""

    look: Look | None
    """What to reach, by name; "high" unless another goal is named."""
    goal: str | None
    """What to reach as METRIC=VALUE, such as "ssimulacra2=75"."""
    floor: float | Literal["none"] | None
    """The least score of any region, or "none"; None is the default floor."""
    profile: str | os.PathLike[str] | None
    """Take the goal from this file, which `scrimp calibrate` has written."""
    class_: str | None
    """The class of photos in the profile, or "auto" for what each photo is found to be."""
    accept_stale_profile: bool
    """Take a profile that was made with other versions of scrimp."""
    rollout: float | str | None
    """Try the goal on this share of the photos first, 0.01 or "1%": drawn by their content, apart for each `class_`."""
    shadow: bool
    """Only tell, in `decision.rollout`, what would have become of the photos that it is to be tried on; without `rollout` all."""
    control: str | None
    """What photos are held to that `rollout` leaves out: a look, or METRIC=VALUE; "high"."""
    max_bytes: int | None
    """The most bytes of the output; without look, goal and floor the best score within."""
    min_saving: float
    """Percent below which a photo is left as it is; 3."""
    effort: Effort
    subsampling: Literal["any", "keep"] | None
    """Which chroma subsampling may be tried: "any", or that of the photo."""
    other_formats: Literal["photo-like", "convert", "keep"] | None
    """What becomes of PNGs and other formats in folders and shards: those that are "photo-like" become JPEGs."""
    strip: Strip | Iterable[Strip]
    """Metadata to leave out."""
    baseline: bool
    """Write baseline JPEGs instead of progressive ones."""
    from_original: bool
    """Count from the original that a JPEG was once made of."""
    break_credentials: bool
    """Shrink photos with content credentials too."""
    background: tuple[int, int, int] | None
    """What stands behind transparent pixels."""
    first_frame: bool
    """Take the first of several frames or pages."""
    salvage: bool
    """Take what can be read of a damaged JPEG."""
    threads: int
    """How many threads share the work on one photo, or as many of them as there is memory for; 1. The bytes are the same.
    `shrink_many` shares its `jobs` out by itself."""
    limits: Mapping[str, int]
    """Limits by their names on the command line, such as {"time": 10}."""


def wish(options: Options) -> dict[str, Any]:
    """All keywords, with their defaults."""
    unknown = options.keys() - Options.__annotations__.keys()
    if unknown:
        raise TypeError(f"unknown option: {', '.join(sorted(unknown))}")
    floor, strip, background = options.get("floor"), options.get("strip", ()), options.get("background")
    return {
        "look": options.get("look"),
        "goal": options.get("goal"),
        "floor": None if floor is None else str(floor),
        "profile": options.get("profile"),
        "class": options.get("class_"),
        "accept_stale_profile": options.get("accept_stale_profile", False),
        "rollout": share(options.get("rollout")),
        "shadow": options.get("shadow", False),
        "control": options.get("control"),
        "max_bytes": options.get("max_bytes"),
        "min_saving": float(options.get("min_saving", 3.0)),
        "effort": options.get("effort", "default"),
        "subsampling": options.get("subsampling"),
        "other_formats": options.get("other_formats"),
        "strip": [strip] if isinstance(strip, str) else list(strip),
        "baseline": options.get("baseline", False),
        "from_original": options.get("from_original", False),
        "break_credentials": options.get("break_credentials", False),
        "background": None if background is None else list(background),
        "first_frame": options.get("first_frame", False),
        "salvage": options.get("salvage", False),
        "threads": options.get("threads", 1),
        "limits": {"memory": half_of_memory()} | dict(options.get("limits", {})),
    }


def share(rollout: float | str | None) -> str | None:
    """A share of the photos in percent; a number is one of 0 to 1."""
    return rollout if rollout is None or isinstance(rollout, str) else f"{100 * rollout:.4f}%"


def half_of_memory() -> int:
    """Half of the bytes of memory that this process may use: of the machine, or of its control group."""
    try:
        known = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    except (AttributeError, OSError, ValueError):
        known = [8 << 30]
    for group in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            known.append(int(Path(group).read_text()))
        except (OSError, ValueError):  # not there, or "max"
            continue
    return min(known) // 2
