"""The arguments of `python -m scrimp.ray`: its own, and those of `scrimp shrink` that say how a photo is shrunk."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, get_args

from scrimp import _native, errors
from scrimp._wish import Effort, Look, Options, Strip

Value = TypeVar("Value")

_EPILOG = """A manifest names photos: text with a key or URL a line, CSV, or Parquet. It is cut into shards below RESULTS/shards,
unless it is a folder of shards that `scrimp shard` has made. Each finished shard leaves a file in RESULTS/results; the same
command again goes on where the last one ended. `scrimp summary RESULTS` tells what became of the photos. Credentials of
object stores are taken from the environment of each machine, and from nowhere else. Exit codes: 0 all done, 1 something
was not, 2 usage, 3 nothing moved any more, 130 and 143 interrupted."""


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Ends the program with 2 where they make no sense. `options` of the result are keywords of `scrimp.shrink`."""
    parser = argparse.ArgumentParser(prog="python -m scrimp.ray", description=__doc__, epilog=_EPILOG)
    parser.description = "Shrink what a manifest names into an object store or folder, on a Ray cluster or this machine alone."
    parser.add_argument("manifest", metavar="MANIFEST", help="what to shrink, or a folder of shards")
    parser.add_argument("--to", required=True, metavar="URL", help="where the new photos go: s3://bucket/prefix, file:///folder")
    parser.add_argument("--results", metavar="URL", help="where shards and results go [default: the URL of --to, with -results]")
    parser.add_argument("--rows", type=_count, default=1000, metavar="N", help="photos of a shard [default: 1000]")
    _of_ray(parser.add_argument_group("Ray"))
    _of_shrink(parser.add_argument_group("as for scrimp shrink"))
    parsed = parser.parse_args(arguments)
    parsed.results = (parsed.results or parsed.to.rstrip("/") + "-results").rstrip("/")
    parsed.options = _options(parsed)
    return parsed


def _of_ray(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--address", metavar="ADDR", help="the cluster: HOST:PORT, or auto [default: Ray on this machine]")
    group.add_argument("--cpus", type=_count, default=1, metavar="N", help="processors, and threads, of a shard [default: 1]")
    group.add_argument(
        "--memory",
        type=_said(_native.parse_bytes),
        metavar="SIZE",
        help="memory that the photos of one shard may take together, kept free for it on its machine [default: for each of its"
        " processors the machine's share of half of its memory]",
    )
    group.add_argument(
        "--stall",
        type=_minutes,
        default=120.0,
        metavar="MINUTES",
        help="give up when no shard has been finished for so long: what the slowest takes and more [default: 120]",
    )
    group.add_argument("--json", action="store_true", help="print the sum as a JSON object")


def _of_shrink(group: argparse._ArgumentGroup) -> None:
    goal = group.add_mutually_exclusive_group()
    goal.add_argument("--look", choices=get_args(Look))
    goal.add_argument("--goal", metavar="METRIC=VALUE")
    group.add_argument("--floor", metavar="V|none")
    group.add_argument("--profile", metavar="FILE.toml", help="a file that each machine has at this path")
    group.add_argument("--class", dest="class_", metavar="NAME")
    group.add_argument("--rollout", metavar="PCT")
    group.add_argument("--control", metavar="NAME|METRIC=VALUE")
    group.add_argument("--max-bytes", type=_said(_native.parse_bytes), metavar="SIZE")
    group.add_argument("--min-saving", type=float, metavar="PCT")
    group.add_argument("--effort", choices=get_args(Effort))
    group.add_argument("--subsampling", choices=["any", "keep"])
    group.add_argument("--other-formats", choices=["photo-like", "convert", "keep"])
    group.add_argument("--strip", nargs="?", const="all-but-icc", metavar="WHAT", help=", ".join(get_args(Strip)))
    group.add_argument("--background", type=_said(_native.parse_colour), metavar="COLOUR")
    group.add_argument("--limit", dest="limits", action="append", type=_said(_limit), metavar="NAME=VALUE")
    group.add_argument("--from", dest="from_original", type=_is_original, metavar="source|original")
    for flag in ("accept-stale-profile", "shadow", "baseline", "break-credentials", "first-frame", "salvage"):
        group.add_argument(f"--{flag}", action="store_const", const=True)


def _options(parsed: argparse.Namespace) -> Options:
    """Those that were given; the others have the defaults of `scrimp.shrink`."""
    given: dict[str, Any] = {name: getattr(parsed, name) for name in Options.__annotations__ if getattr(parsed, name, None) is not None}
    if "strip" in given:
        given["strip"] = given["strip"].split(",")
    if "limits" in given:
        given["limits"] = dict(given["limits"])
    options: Options = given  # type: ignore[assignment]
    return options


def _said(parse: Callable[[str], Value]) -> Callable[[str], Value]:
    """The same, its error as the sentence that argparse shows."""

    def parse_argument(text: str) -> Value:
        try:
            return parse(text)
        except errors.OptionError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parse_argument


def _limit(text: str) -> tuple[str, int]:
    name, sign, value = text.partition("=")
    if not sign:
        raise errors.OptionError("a limit is written NAME=VALUE")
    return name, _native.parse_limit(name, value)


def _is_original(text: str) -> bool:
    if text not in ("source", "original"):
        raise argparse.ArgumentTypeError("a goal counts from source or original")
    return text == "original"


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError("it is a whole number from 1 on")
    return int(text)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes < float("inf"):
        raise argparse.ArgumentTypeError("it is a number of minutes above 0")
    return minutes
