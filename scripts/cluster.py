"""The run of scripts/cluster, in a network that reaches nothing but itself."""

import argparse
import io
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from urllib.parse import quote, unquote_plus

import boto3
import numpy
import pyarrow
import pyarrow.parquet
from PIL import Image
from scrimp.ray.cluster import SPARING

ENDPOINT = "http://127.0.0.1:5560"
HEAD, OTHER = "127.0.0.2", "127.0.0.3"
ACCESS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "testtest", "AWS_REGION": "us-east-1"}
SERVERS = {
    "s3s": ["s3s-fs", "--host", "127.0.0.1", "--port", "5560", "--access-key", "test", "--secret-key", "testtest"],
    "moto": ["moto_server", "-H", "127.0.0.1", "-p", "5560"],
}
# What a server's log says of a request: its method, bucket and key.
REQUESTS = {
    "s3s": re.compile(r"req: Request \{ method: (\w+), uri: /([^/ ?]+)/([^ ?,]+)[?,]"),
    "moto": re.compile(r'"(\w+) /([^/ ?]+)/([^ ?]+) HTTP'),
}


class Store:
    """An S3 server, and what its log says of it."""

    def __init__(self, kind, room):
        self.kind, self.log = kind, room / "server.log"
        folder = room / "store"
        folder.mkdir()
        place = [str(folder)] if kind == "s3s" else []
        environment = os.environ | {"RUST_LOG": "s3s::service=debug", "NO_COLOR": "1"}
        self.process = subprocess.Popen(SERVERS[kind] + place, stdout=self.log.open("w"), stderr=subprocess.STDOUT, env=environment)
        self.client = boto3.client("s3", endpoint_url=ENDPOINT)
        until(30, "the server", self._answers)
        self.client.create_bucket(Bucket="photos")
        self.client.create_bucket(Bucket="new")

    def _answers(self):
        try:
            urllib.request.urlopen(ENDPOINT, timeout=1).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def objects(self, prefix, bucket="new"):
        """ETags by key behind the prefix; none of what s3s-fs is about to write."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, EncodingType="url")
        found = [entry for page in pages for entry in page.get("Contents", [])]
        # s3s-fs says that it encodes names, and does not.
        name = str if self.kind == "s3s" else unquote_plus
        return {name(entry["Key"]).removeprefix(prefix): entry.get("ETag") for entry in found}

    def bytes(self, key):
        return self.client.get_object(Bucket="new", Key=key)["Body"].read()

    def requests(self, since=0):
        """How often each (method, bucket, key) was asked for, and where the log ends."""
        text = self.log.read_bytes()
        plain = re.sub(rb"\x1b\[[0-9;]*m", b"", text[since:]).decode(errors="replace")
        return Counter(match.groups() for match in REQUESTS[self.kind].finditer(plain)), len(text)


def until(seconds, what, happened):
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            sys.exit(f"{what} did not come within {seconds} s")
        time.sleep(0.2)


def photos(count, size):
    """JPEGs cut from the photos of the corpus, or made."""
    corpus = pathlib.Path(os.environ["SCRIMP_CORPUS"]) / "corpus" / "photos"
    files = [path for path in sorted(corpus.rglob("*")) if path.suffix.lower() in (".jpg", ".jpeg", ".png")]
    chance = random.Random(1)
    pictures = []
    for path in files:
        picture = Image.open(path).convert("RGB")
        if min(picture.width // size[0], picture.height // size[1]) >= 1:
            pictures.append(picture)
        if len(pictures) == 60:
            break
    for number in range(count):
        picture = made(number, size) if not pictures else pictures[number % len(pictures)]
        left, top = (chance.randrange(whole - part + 1) for whole, part in zip(picture.size, size))
        file = io.BytesIO()
        picture.crop((left, top, left + size[0], top + size[1])).save(file, "JPEG", quality=92)
        yield f"{number // 100:03}/{number:06} {'+é'[number % 2]}.jpg", file.getvalue()


def made(seed, size):
    y, x, c = numpy.mgrid[0 : size[1], 0 : size[0], 0:3].astype(numpy.float32)
    waves = 110 + 60 * numpy.sin(x / 23 + c + seed) + 50 * numpy.cos(y / 17 - c)
    noise = numpy.random.default_rng(seed).normal(0, 4, x.shape)
    return Image.fromarray((waves + noise).clip(0, 255).astype(numpy.uint8))


def processes():
    """Process id, parent, processor seconds and command line of all in this network."""
    network = os.readlink("/proc/self/ns/net")
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/ns/net") != network:
                continue
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        ticks = sum(map(int, fields[11:13]))
        yield int(pid), int(fields[1]), ticks / os.sysconf("SC_CLK_TCK"), command


class Cluster:
    """Ray's nodes, started as docs/cluster.md says."""

    def __init__(self, room):
        self.log = (room / "ray.log").open("a")
        self.nodes = set()

    def start(self, address, processors=1):
        command = ["ray", "start", f"--node-ip-address={address}", f"--num-cpus={processors}",
                   "--object-store-memory=100000000", "--include-log-monitor=false"]
        place = ["--head", "--port=6399", "--include-dashboard=false"] if address == HEAD else [f"--address={HEAD}:6399"]
        subprocess.run(command + place + ["--disable-usage-stats"], check=True, stdout=self.log, stderr=self.log)
        self.nodes.add(address)

    def raylet(self, address):
        found = [pid for pid, _, _, command in processes() if "raylet/raylet" in command and f"--node_ip_address={address}" in command]
        return found[0]

    def workers(self, address):
        """Those that are at work on a shard."""
        raylet = self.raylet(address)
        return [pid for pid, parent, _, command in processes() if parent == raylet and command.startswith("ray::shrink_shard")]

    def kill_worker(self, address):
        until(30, "a worker", lambda: self.workers(address))
        os.kill(self.workers(address)[0], signal.SIGKILL)

    def kill_node(self, address):
        """The node's own process; its workers end with it."""
        os.kill(self.raylet(address), signal.SIGKILL)
        self.nodes.discard(address)

    def stop(self):
        """All that Ray has left in this network."""
        for pid, _, _, command in processes():
            if pid != os.getpid() and ("/ray/" in command or command.startswith("ray::")):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        self.nodes.clear()


class Driver:
    """`python -m scrimp.ray`."""

    def __init__(self, room, to, rows):
        self.said = room / f"{to}.log"
        command = [sys.executable, "-m", "scrimp.ray", str(room / "manifest.txt"), "--to", f"s3://new/{to}/", "--results",
                   f"s3://new/{to}-results/", "--rows", str(rows), "--address", f"{HEAD}:6399", "--memory", "1G", "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.said.open("a"), text=True)

    def end(self):
        told, _ = self.process.communicate()
        if self.process.returncode:
            sys.exit(f"the driver ended with {self.process.returncode}:\n{self.said.read_text()[-3000:]}")
        try:
            return json.loads(told)
        except ValueError:
            sys.exit(f"the driver said {told!r}:\n{self.said.read_text()[-3000:]}")


def part_of_ray(command):
    """What a process is to Ray, or none if it is not its."""
    if "scrimp.ray" in command:
        return "driver"
    for part, name in (("Agent", "agents"), ("ray::", "workers"), ("raylet/raylet", "raylets"), ("gcs_server", "gcs_server")):
        if part in command:
            return name
    return "others of Ray" if "/ray/" in command else None


def processor_seconds():
    """Of all of Ray and the driver, but not of the server: by process, what it is and how many."""
    parts = ((pid, part_of_ray(command), seconds) for pid, _, seconds, command in processes())
    return {pid: (part, seconds) for pid, part, seconds in parts if part}


def in_peace(room, to, rows):
    """A run that nobody disturbs: its sum, and the processor's seconds of all that took part, by what they are."""
    before, last = processor_seconds(), {}
    driver = Driver(room, to, rows)
    while driver.process.poll() is None:
        # The driver's own are gone with it, but for what is seen here.
        last.update(processor_seconds())
        time.sleep(1)
    spent = Counter()
    for pid, (part, seconds) in last.items():
        spent[part] += seconds - before.get(pid, (part, 0))[1]
    return driver.end(), spent


def in_war(room, store, cluster, rows, count):
    """A worker, a node and the driver are killed on the way. What was finished when each of them was, and the sum at last."""
    driver = Driver(room, "war", rows)
    kills = [
        ("worker", lambda: cluster.kill_worker(OTHER)),
        ("node", lambda: cluster.kill_node(OTHER)),
        ("driver", driver.process.kill),
    ]
    finished = []
    for number, (what, kill) in enumerate(kills, 1):
        until(600, f"a quarter more of the photos, before the {what} was killed", lambda: len(store.objects("war/")) >= number * count / 4)
        kill()
        finished.append((what, len(store.objects("war/"))))
        print(f"killed the {what} when {finished[-1][1]} of {count} photos were there", flush=True)
    driver.process.wait()
    return finished, Driver(room, "war", rows).end()


def compare(store, peace, war):
    """Keys that are lost or strange, whose ETags differ, and whose bytes do."""
    one, other = store.objects(f"{peace}/"), store.objects(f"{war}/")
    differ = [key for key in one.keys() & other.keys() if one[key] != other[key]]
    bytes_differ = [key for key in one.keys() & other.keys() if store.bytes(f"{peace}/{key}") != store.bytes(f"{war}/{key}")]
    return one.keys() ^ other.keys(), differ, bytes_differ


def upload(store, room, count, size):
    """Puts the photos into the store, and their names into a manifest."""
    with (room / "manifest.txt").open("w") as manifest:
        for key, data in photos(count, size):
            store.client.put_object(Bucket="photos", Key=key, Body=data, ContentType="image/jpeg")
            manifest.write(f"s3://photos/{quote(key)}\n")


def results(store, run):
    """The rows of all results of a run."""
    keys = sorted(store.objects(f"{run}-results/results/"))
    tables = [pyarrow.parquet.read_table(io.BytesIO(store.bytes(f"{run}-results/results/{key}"))) for key in keys]
    return pyarrow.concat_tables(tables).to_pylist()


def twice(asked_for, method, bucket, prefix=""):
    """How many requests for objects were not their first."""
    times = [count for (how, where, key), count in asked_for.items() if (how, where) == (method, bucket) and key.startswith(prefix)]
    return sum(times) - len(times)


class Cost:
    """What a run in peace took of the processors, in seconds, and what the same takes that finds all done."""

    def __init__(self, room, store, to, asked):
        self.told, self.spent = in_peace(room, to, asked.rows)
        _, self.ends = in_peace(room, to, asked.rows)
        self.of_photos = sum(row["cpu_seconds"] for row in results(store, to))
        self.photos = asked.photos

    def rows(self, nodes):
        whole, ends = self.spent.total(), self.ends.total()
        beside = whole - self.of_photos
        by_photos = beside - ends
        return [
            (f"{nodes}: processor beside the photos' own", f"{100 * beside / whole:.1f} %, {beside:.1f} of {whole:.1f} s"),
            ("of that to start, look at each shard and end", f"{ends:.1f} s: {listed(self.ends)}"),
            ("and with the photos", f"{100 * by_photos / whole:.1f} %, {1000 * by_photos / self.photos:.1f} ms a photo"),
            ("all of it in seconds", f"photos {self.of_photos:.1f}; {listed(self.spent)}"),
        ]


def listed(spent):
    return ", ".join(f"{part} {seconds:.1f}" for part, seconds in spent.most_common())


def run(room, store, cluster, asked):
    print(f"{asked.photos} photos of {asked.width}x{asked.width * 3 // 4}, {asked.rows} a shard, {asked.server}; "
          f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    upload(store, room, asked.photos, (asked.width, asked.width * 3 // 4))
    cluster.start(HEAD)
    alone, _ = in_peace(room, "alone", asked.rows)
    print(f"one node: {alone['seconds']:.1f} s", flush=True)
    cluster.start(OTHER)
    two = Cost(room, store, "peace", asked)
    print(f"two nodes: {two.told['seconds']:.1f} s", flush=True)
    _, begin = store.requests()
    finished, war = in_war(room, store, cluster, asked.rows, asked.photos)
    asked_for, _ = store.requests(begin)
    cluster.stop()
    cluster.start(HEAD, processors=2)
    wide = Cost(room, store, "wide", asked)
    print(f"one node of two processors: {wide.told['seconds']:.1f} s", flush=True)
    lost, etags, contents = compare(store, "peace", "war")

    rows = [
        ("photos with a row in the results", f"{len({row['key'] for row in results(store, 'war')})} of {asked.photos}"),
        ("outputs lost or strange", len(lost)),
        ("outputs whose ETag is not that of the run in peace", len(etags)),
        ("outputs whose bytes are not", len(contents)),
        ("outputs written more than once", twice(asked_for, "PUT", "new", "war/")),
        ("photos begun more than once", f"{twice(asked_for, 'GET', 'photos')}, at most {asked.rows * len(finished)}"),
        ("shards that the last run found finished", f"{war['before']} of {war['shards']}"),
        ("two nodes against one", f"{alone['seconds'] / two.told['seconds']:.2f} times"),
        *two.rows("two nodes of one processor"),
        *wide.rows("one node of two processors"),
    ]
    print("\n| what | figure |\n| --- | --- |")
    for what, figure in rows:
        print(f"| {what} | {figure} |")
    if lost or etags or contents or twice(asked_for, "PUT", "new", "war/"):
        sys.exit("LOST OR DONE TWICE")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", choices=SERVERS, default="s3s")
    parser.add_argument("--photos", type=int, default=2000)
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--width", type=int, default=800)
    asked = parser.parse_args()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    os.environ.update(ACCESS | SPARING, AWS_ENDPOINT_URL=ENDPOINT, AWS_ALLOW_HTTP="true", RAY_USAGE_STATS_ENABLED="0")
    with tempfile.TemporaryDirectory() as room:
        room = pathlib.Path(room)
        # Where the token lies by which the nodes know each other.
        os.environ.update(HOME=str(room), RAY_AUTH_MODE="token")
        subprocess.run(["ray", "get-auth-token", "--generate"], check=True, stdout=subprocess.DEVNULL)
        store, cluster = Store(asked.server, room), Cluster(room)
        try:
            run(room, store, cluster, asked)
        finally:
            cluster.stop()
            store.process.kill()


main()
