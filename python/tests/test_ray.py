"""Shards on an embedded Ray: scripts/python runs this in an environment of its own, as Ray is large."""

import dataclasses
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from functools import partial

import pytest
import scrimp
from conftest import file_of, picture

ray = pytest.importorskip("ray")
from scrimp.ray import cluster  # noqa: E402
from scrimp.ray.__main__ import main  # noqa: E402
from scrimp.ray.job import Job, Unfinished  # noqa: E402
from scrimp.records import ShardSum  # noqa: E402

JOB = Job(to="nowhere", results="nowhere", cpus=1, memory=100_000_000, options={})


@pytest.fixture(scope="module")
def embedded():
    # Ray's workers do not find this file: what stands in it goes to them as it is.
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    cluster.connect(None)
    yield
    ray.shutdown()


def test_ray_is_told_to_look_about_less_often_and_operators_how_to(embedded):
    @ray.remote
    def environment():
        return dict(os.environ)

    assert ray.get(environment.remote()).items() >= cluster.SPARING.items()
    told = (pathlib.Path(__file__).parents[2] / "docs" / "cluster.md").read_text()
    assert [name for name, value in cluster.SPARING.items() if f"export {name}={value}\n" not in told] == []


def nothing_done(shard):
    return ShardSum(shard, 1, 0, 1, 0, 0, 0, 10, 10, False)


def test_each_shard_is_a_task_of_its_own(embedded, tmp_path):
    def note(shard, **how):
        (tmp_path / ray.get_runtime_context().get_task_id()).touch()
        return nothing_done(shard)

    shards = [f"shard-{number}" for number in range(12)]
    done = list(cluster.finish(shards, JOB, note))
    assert sorted(one.shard for one in done) == sorted(shards)
    assert len(list(tmp_path.iterdir())) == 12


def test_a_shard_that_fails_ends_no_other(embedded):
    def fail(shard, **how):
        if shard == "bad":
            raise scrimp.errors.OptionError("not this one")
        if shard == "worse":
            raise RuntimeError("of no known kind")
        return nothing_done(shard)

    done = {one.shard: one for one in cluster.finish(["good", "bad", "worse", "fine"], JOB, fail)}
    assert done["good"] == nothing_done("good") and done["fine"] == nothing_done("fine")
    assert done["bad"] == Unfinished("bad", "option", "not this one")
    assert done["worse"] == Unfinished("worse", "defect", "of no known kind")


def test_a_killed_worker_costs_its_own_shard_alone(embedded, tmp_path):
    def die_once(shard, **how):
        with (tmp_path / shard).open("a") as begun:
            begun.write("x")
        if shard == "3" and (tmp_path / shard).stat().st_size == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return nothing_done(shard)

    shards = [str(number) for number in range(6)]
    done = list(cluster.finish(shards, JOB, die_once))
    assert sorted(one.shard for one in done) == shards
    assert (tmp_path / "3").read_text() == "xx"
    assert sum(len(begun.read_text()) for begun in tmp_path.iterdir()) <= 8


def test_machines_go_on_while_the_driver_does_not_look(embedded, tmp_path):
    def note(shard, **how):
        (tmp_path / shard).touch()
        return nothing_done(shard)

    outcomes = cluster.finish([str(number) for number in range(12)], JOB, note)
    next(outcomes)
    deadline = time.monotonic() + 60
    while len(list(tmp_path.iterdir())) < 12:
        assert time.monotonic() < deadline, "they wait for the driver"
        time.sleep(0.1)
    assert len(list(outcomes)) == 11


@pytest.mark.parametrize(("places", "least", "ahead"), [(1, 3, 3), (2, 3, 4), (0, 3, 3)])
def test_ray_is_not_handed_all_shards_at_once(embedded, monkeypatch, places, least, ahead):
    taken = []

    def shards():
        for number in range(10):
            taken.append(number)
            yield str(number)

    monkeypatch.setattr(cluster, "_places", lambda job: places)
    monkeypatch.setattr(cluster, "_AHEAD", least)
    outcomes = cluster.finish(shards(), JOB, lambda shard, **how: nothing_done(shard))
    for ended in range(1, 7):
        next(outcomes)
        assert len(taken) == ended + ahead - 1
    assert len(list(outcomes)) == 4


def test_what_fails_at_once_is_not_tried_to_the_end_of_the_list(embedded, tmp_path):
    def fail(shard, **how):
        (tmp_path / shard).touch()
        raise scrimp.errors.OptionError("wrong credentials")

    outcomes = cluster.finish((str(number) for number in range(1000)), JOB, fail)
    assert all(isinstance(next(outcomes), Unfinished) for _ in range(10))
    time.sleep(1)
    assert len(list(tmp_path.iterdir())) <= 10 + cluster._AHEAD


def test_memory_of_a_shard_is_half_of_its_processors_share(embedded):
    machine = ray.cluster_resources()
    assert cluster.memory_of_shard(1) == pytest.approx(machine["memory"] / machine["CPU"] / 2, abs=1)
    assert cluster.memory_of_shard(2) == pytest.approx(2 * cluster.memory_of_shard(1), abs=2)


def test_a_shard_has_room_where_a_machine_has_all_that_it_takes(embedded):
    machine = ray.cluster_resources()
    assert cluster.has_room(JOB) and cluster.has_room(dataclasses.replace(JOB, memory=0))
    assert not cluster.has_room(dataclasses.replace(JOB, cpus=int(machine["CPU"]) + 1))
    assert not cluster.has_room(dataclasses.replace(JOB, memory=int(machine["memory"]) + 1))


def test_a_cluster_without_a_machine_yet_is_told_of(monkeypatch):
    head = {"Alive": True, "Resources": {"memory": 1e9}}
    gone = {"Alive": False, "Resources": {"CPU": 2.0, "memory": 1e9}}
    monkeypatch.setattr(ray, "nodes", lambda: [head, gone])
    assert not cluster.has_room(JOB)
    with pytest.raises(scrimp.errors.OptionError, match="with --memory SIZE they wait for one"):
        cluster.memory_of_shard(1)


INTERRUPTED = """
import pathlib, sys, time
from scrimp.ray import __main__, cluster

def sleep(shard, **how):
    pathlib.Path(BEGUN).touch()
    time.sleep(600)

finish = cluster.finish
cluster.finish = lambda shards, job: finish(shards, job, sleep)
__main__._leave(__main__.main(sys.argv[1:]))
"""


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_interrupted_while_it_waits_for_ray_ends_well(tmp_path, sent, code):
    (tmp_path / "list.txt").write_text((tmp_path / "none.jpg").as_uri())
    program = INTERRUPTED.replace("BEGUN", repr(str(tmp_path / "begun")))
    command = [sys.executable, "-c", program, tmp_path / "list.txt", "--to", (tmp_path / "new").as_uri()]
    # Tests that run behind a shell have been told to ignore Ctrl-C, and hand that on.
    hear = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=hear)
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "begun").exists():
            assert time.monotonic() < deadline and running.poll() is None, "it did not begin"
            time.sleep(0.1)
        running.send_signal(sent)
        _, told = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == code, told
    assert "to go on: python -m scrimp.ray" in told


def program(*arguments):
    command = [sys.executable, "-m", "scrimp.ray", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_a_manifest_is_shrunk_and_resumed(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for seed in range(5):
        (photos / f"{seed} é+.jpg").write_bytes(file_of(picture(seed=seed)))
    (photos / "bad.jpg").write_bytes(b"\xff\xd8\xff nothing")
    manifest, new, results = tmp_path / "manifest.txt", tmp_path / "new", tmp_path / "results"
    names = sorted(photos.iterdir())
    manifest.write_text("".join(f"{path.as_uri()}\n" for path in names))
    asked = [manifest, "--to", new.as_uri(), "--results", results.as_uri(), "--rows", 2, "--look", "web", "--json"]

    first = program(*asked)
    assert first.returncode == 1, first.stderr
    told = json.loads(first.stdout)
    assert (told["shards"], told["photos"], told["saved"], told["refused"], told["before"]) == (3, 6, 5, 1, 0)
    written = {path: path.stat().st_mtime_ns for path in new.rglob("*") if path.is_file()}
    wanted = sorted(scrimp.shrink(path, look="web").data for path in names if path.name != "bad.jpg")
    assert sorted(path.read_bytes() for path in written) == wanted

    again = json.loads(program(*asked).stdout)
    assert again["before"] == 3 and again["saved"] == 5
    assert {path: path.stat().st_mtime_ns for path in new.rglob("*") if path.is_file()} == written


@pytest.fixture
def without_cluster(monkeypatch):
    """The program, its cluster a generator of outcomes."""

    def run(finish, *arguments):
        monkeypatch.setattr(scrimp, "cut_shards", lambda manifest, **how: [str(number) for number in range(100)])
        monkeypatch.setattr(cluster, "connect", lambda address: None)
        monkeypatch.setattr(cluster, "memory_of_shard", lambda cpus: 1)
        monkeypatch.setattr(cluster, "finish", lambda shards, job: finish(shards))
        return main(["many photos.txt", "--to", "s3://new/photos", *arguments])

    monkeypatch.setattr(cluster, "has_room", lambda job: True)
    before = signal.getsignal(signal.SIGTERM)
    yield run
    signal.signal(signal.SIGTERM, before)


def test_work_that_hangs_is_given_up_with_the_command_that_goes_on(without_cluster, capsys):
    def hang(shards):
        yield nothing_done("0")
        threading.Event().wait(60)

    assert without_cluster(hang, "--stall", "0.005") == 3
    told = capsys.readouterr().err
    assert "no shard has been finished for 0.005 minutes" in told
    assert "python -m scrimp.ray 'many photos.txt' --to s3://new/photos --stall 0.005" in told


def test_shards_that_no_machine_has_room_for_are_told_of(without_cluster, monkeypatch, capsys):
    def do_nothing(shards):
        return map(nothing_done, shards)

    monkeypatch.setattr(cluster, "has_room", lambda job: job.memory < 10**12)
    assert without_cluster(do_nothing, "--memory", "999G") == 0
    assert "no machine has room" not in capsys.readouterr().err
    assert without_cluster(do_nothing, "--memory", "1000G") == 0
    told = "no machine has room for a shard (--cpus 1, --memory 1000 GB); all wait for one that joins, 120 minutes at most"
    assert told in capsys.readouterr().err


def test_a_store_that_is_away_is_not_asked_for_every_shard(without_cluster, capsys):
    tried = []

    def fail(shards):
        for shard in shards:
            tried.append(shard)
            yield Unfinished(shard, "store_unreachable", "no answer")

    assert without_cluster(fail) == 1
    assert len(tried) <= 12 and "the last 10 shards could not be finished" in capsys.readouterr().err


def test_a_run_that_is_told_to_end_says_how_to_go_on(without_cluster, capsys):
    def terminate(shards):
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(60)
        yield

    assert without_cluster(terminate) == 143
    assert "to go on: python -m scrimp.ray" in capsys.readouterr().err
