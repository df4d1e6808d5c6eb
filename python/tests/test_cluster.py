"""What `python -m scrimp.ray` needs no Ray for: arguments, patience, progress."""

import threading

import pytest
from scrimp.ray.arguments import parse
from scrimp.ray.job import Unfinished
from scrimp.ray.progress import Progress
from scrimp.ray.watch import Stalled, watched
from scrimp.records import ShardSum

PLACES = ["photos.txt", "--to", "s3://new/photos/"]


def sum_of(shard, photos=1000, resumed=False, **counts):
    nothing = dict.fromkeys(["saved", "kept", "best_effort", "refused", "failed"], 0)
    return ShardSum(shard=shard, photos=photos, bytes_before=5_000_000, bytes_after=2_000_000, resumed=resumed, **nothing | counts)


def test_options_of_shrink_are_taken_as_on_the_command_line():
    parsed = parse([*PLACES, "--goal", "ssim=0.98", "--strip", "--limit", "pixels=50M", "--max-bytes", "200K", "--baseline"])
    assert parsed.options == {
        "goal": "ssim=0.98",
        "strip": ["all-but-icc"],
        "limits": {"pixels": 50_000_000},
        "max_bytes": 200_000,
        "baseline": True,
    }
    assert parse(PLACES).options == {}
    assert parse([*PLACES, "--background", "#ff0080", "--from", "original"]).options == {
        "background": (255, 0, 128),
        "from_original": True,
    }
    assert parse([*PLACES, "--profile", "p.toml", "--class", "menu", "--rollout", "1%", "--control", "web"]).options == {
        "profile": "p.toml",
        "class_": "menu",
        "rollout": "1%",
        "control": "web",
    }
    assert parse([*PLACES, "--look", "web", "--shadow"]).options == {"look": "web", "shadow": True}
    assert parse([*PLACES, "--memory", "2GiB"]).memory == 2 << 30


def test_results_lie_beside_the_photos_unless_they_are_told_where():
    assert parse(PLACES).results == "s3://new/photos-results"
    assert parse([*PLACES, "--results", "file:///results"]).results == "file:///results"


@pytest.mark.parametrize(
    "wrong",
    [["--rows", "0"], ["--stall", "never"], ["--limit", "beauty=1"], ["--memory", "much"], ["--look", "best"]]
    + [["--look", "web", "--goal", "ssim=0.9"], ["--strip=all", "--quality", "85"]],
)
def test_arguments_that_make_no_sense_are_of_usage(wrong, capsys):
    with pytest.raises(SystemExit) as ended:
        parse([*PLACES, *wrong])
    assert ended.value.code == 2 and wrong[0].split("=")[0] in capsys.readouterr().err


def test_what_comes_in_time_is_handed_on_with_its_exception():
    def items():
        yield from (1, 2)
        raise KeyError("three")

    came = []
    with pytest.raises(KeyError, match="three"):
        for item in watched(items(), 10):
            came.append(item)
    assert came == [1, 2] and list(watched([], 10)) == []


def test_what_does_not_come_is_waited_for_no_longer_than_asked():
    never = threading.Event()

    def items():
        yield 1
        never.wait(60)

    came = watched(items(), 0.2)
    assert next(came) == 1
    with pytest.raises(Stalled):
        next(came)
    never.set()


def test_progress_counts_shards_and_photos_and_what_is_left():
    now, told = [0.0], []
    progress = Progress(5, told.append, lambda: now[0])
    progress.take(sum_of("0", saved=1000, resumed=True))
    now[0] = 60
    progress.take(sum_of("1", saved=990, failed=10))
    assert told == [
        "2 of 5 shards (1 by an earlier run), 2,000 photos, 1,990 saved, 10 failed, 10.0 MB -> 4.00 MB,"
        " 16.7 photos/s, 3 min left"
    ]
    progress.take(sum_of("2", saved=1000))
    assert len(told) == 1, "lines are told now and then"
    progress.take(Unfinished("3", "unreachable", "no answer"))
    assert told[1] == "3 is not finished: no answer (unreachable)"
    progress.take(sum_of("4", kept=1000))
    assert told[2].startswith("5 of 5 shards")
    assert not progress.is_all_well()
    assert progress.as_dict() == {
        "shards": 5, "finished": 4, "before": 1, "unfinished": 1, "photos": 4000, "saved": 2990, "kept": 1000,
        "best_effort": 0, "refused": 0, "failed": 10, "bytes_before": 20_000_000, "bytes_after": 8_000_000, "seconds": 60,
    }  # fmt: skip


def test_all_is_well_when_every_photo_is():
    progress = Progress(1, print)
    assert not progress.is_all_well()
    progress.take(sum_of("0", saved=900, kept=100))
    assert progress.is_all_well()
