"""The example programs, run."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import scrimp

EXAMPLES = Path(__file__).parents[1] / "examples"
DOCS = Path(__file__).parents[2] / "docs"


def test_the_example_of_fastapi_stores_an_upload(jpeg, tmp_path, monkeypatch):
    pytest.importorskip("fastapi")
    pytest.importorskip("httpx")
    from fastapi.testclient import TestClient

    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.chdir(tmp_path)
    import fastapi_upload

    client = TestClient(fastapi_upload.app)
    answer = client.post("/photos/holiday", content=jpeg).json()
    stored = (tmp_path / "photos" / "holiday.jpg").read_bytes()
    assert answer["outcome"] == "saved" and stored == scrimp.shrink(jpeg).data
    refused = client.post("/photos/holiday", content=b"no photo")
    assert refused.status_code == 422 and refused.json()["detail"]["code"] == "not_an_image"


def test_the_example_of_django_stores_an_upload(jpeg, tmp_path):
    pytest.importorskip("django")
    (tmp_path / "photo.jpg").write_bytes(jpeg)
    # In a process of its own: Django is configured once.
    program = """if True:
        import django, django_upload
        django.setup()
        from django.test import Client
        with open("photo.jpg", "rb") as photo:
            print(Client().post("/", {"photo": photo}, HTTP_HOST="127.0.0.1").content.decode())
    """
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={"PYTHONPATH": str(EXAMPLES)}, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout)
    assert (tmp_path / "photos" / answer["name"]).read_bytes() == scrimp.shrink(jpeg).data
    assert answer["uploaded"] == len(jpeg) > answer["stored"]


def test_the_page_of_a_calibration_can_be_drawn(tmp_path, monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    curves = [[(30.0, 0.2), (60.0, 0.4), (95.0, 1.0)], [(30.0, 0.1), (60.0, 0.3), (95.0, 0.9)], [(30.0, 1.0), (60.0, 1.0), (95.0, 1.0)]]
    photos = [{"path": "a", "quality": quality, "curve": curve} for quality, curve in zip([71.25, 64.0, None], curves, strict=True)]
    told = {"name": "menu", "shrink": {"goal": "ssimulacra2=60"}, "savings": [(30.0, 0.6), (95.0, 0.1)], "photos": photos}
    Path("menu.json").write_text(json.dumps(told))
    (cell,) = re.findall(r"```python\n(.*?)```", (DOCS / "report.md").read_text(), re.DOTALL)
    names = {}
    exec(cell, names)
    drawn, saved, qualities = names["axes"]
    assert [list(zip(*line.get_data(), strict=True)) for line in drawn.get_lines()[:3]] == curves
    assert list(saved.get_lines()[0].get_xdata()) == [30, 95]
    assert list(saved.get_lines()[1].get_xdata()) == [60, 60], "the goal"
    assert sum(bar.get_height() for bar in qualities.patches) == 2
    assert Path("menu.svg").stat().st_size > 1000


def test_the_page_of_curves_draws_them(photo, tmp_path, monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    photo.save("photo.png")
    cells = re.findall(r"```python\n(.*?)```", (DOCS / "python-curves.md").read_text(), re.DOTALL)
    names = {}
    for cell in cells:
        exec(cell, names)
    assert len(cells) > 3
    plot = names["axes"]
    for axis, (low, high) in zip(plot, [(0.5, 1), (0, 100)], strict=True):
        (line,) = axis.get_lines()[:1]
        qualities, scores = line.get_data()
        assert list(qualities) == [30, 40, 50, 60, 70, 75, 80, 85, 90, 95]
        assert low < min(scores) and max(scores) <= high and sorted(scores) == list(scores)
    assert Path("curves.svg").stat().st_size > 1000 and Path("map.png").read_bytes().startswith(b"\x89PNG")
