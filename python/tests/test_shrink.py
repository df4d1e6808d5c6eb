import io
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy
import pytest
import scrimp
from conftest import file_of, picture
from PIL import Image
from scrimp import _arrow, _native, _pixels, errors

ROOT = Path(__file__).parents[2]


def test_a_photo_is_saved_smaller_and_reaches_the_goal(jpeg):
    result = scrimp.shrink(jpeg, look="web")
    assert (result.outcome, result.code) == ("saved", "goal_met")
    assert len(result.data) < len(jpeg) == result.input_bytes
    assert result.score >= 70 and 1 <= result.quality <= 100
    assert scrimp.score(jpeg, result.data).score == result.score
    decision = result.decision
    assert (decision.goal.metric, decision.goal.value) == ("ssimulacra2", 70)
    assert decision.setting in [probe.setting for probe in decision.probes]


def test_a_photo_may_come_in_any_container(jpeg, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg)
    wanted = scrimp.shrink(jpeg).data
    with path.open("rb") as file:
        for source in (bytearray(jpeg), memoryview(jpeg), path, str(path), file, io.BytesIO(jpeg)):
            assert scrimp.shrink(source).data == wanted


@pytest.mark.parametrize("mode", ["L", "RGB", "1", "P", "HSV", "I;16"])
def test_images_of_pillow_are_taken(photo, mode):
    image = Image.fromarray(numpy.asarray(photo.convert("L")).astype("u2") * 257) if mode == "I;16" else photo.convert(mode)
    result = scrimp.shrink(image, look="thumb")
    assert result.outcome == "saved"
    assert Image.open(io.BytesIO(result.data)).size == photo.size
    if mode not in ("1", "HSV"):  # no PNG holds HSV, and one of 1 bit is smaller than any JPEG
        assert result.data == scrimp.shrink(file_of(image, "PNG"), look="thumb", min_saving=0).data


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_images_are_taken_from_where_pillow_has_them(photo, mode, monkeypatch):
    image = photo.convert(mode)
    bands, samples, _owner = _arrow.samples_of_image(image)
    channels = numpy.frombuffer(samples, numpy.uint8).reshape(240, 320, len(bands))[:, :, : len(mode)]
    assert channels.tobytes() == image.tobytes()
    wanted = scrimp.shrink(image).data
    monkeypatch.setattr(_pixels, "samples_of_image", lambda image: None)
    assert scrimp.shrink(image).data == wanted


def test_an_image_in_several_pieces_is_copied():
    image = Image.new("RGB", (2500, 2000), "teal")
    assert _arrow.samples_of_image(image) is None
    assert scrimp.shrink(image, effort="fast").input_bytes == 2500 * 2000 * 3


def test_samples_outlive_their_image(photo):
    wanted = photo.tobytes("raw", "RGBX")
    _, samples, _owner = _arrow.samples_of_image(photo.copy())
    assert bytes(samples) == wanted


def test_arrays_are_taken(photo):
    array = numpy.asarray(photo)
    wanted = scrimp.shrink(photo).data
    assert scrimp.shrink(array).data == wanted
    assert scrimp.shrink(numpy.asfortranarray(array)).data == wanted
    sixteen = array.astype(numpy.uint16) * 257
    assert scrimp.score(sixteen, array).score > 99.9
    assert scrimp.score(sixteen.astype(">u2"), sixteen).score == 100
    file = file_of(photo, "PNG")
    assert scrimp.shrink(file, min_saving=0).data == wanted
    assert scrimp.shrink(array).input_bytes == array.nbytes
    with pytest.raises(errors.OptionError, match="uint8"):
        scrimp.shrink(array.astype(float))
    with pytest.raises(errors.Damaged, match="size of nought"):
        scrimp.shrink(numpy.zeros((0, 3), numpy.uint8))
    with pytest.raises(errors.LimitPixels):
        scrimp.shrink(array, limits={"pixels": 1000})


def test_pixels_become_a_jpeg_however_few_they_are():
    result = scrimp.shrink(Image.new("RGB", (1, 1), "red"))
    assert result.outcome == "saved" and result.data[:2] == b"\xff\xd8"


def test_a_photo_that_is_kept_is_its_own_data(jpeg):
    once = scrimp.shrink(jpeg, look="web")
    again = scrimp.shrink(once.data, look="web")
    assert again.outcome == "kept" and again.data == once.data
    assert again.score is None and again.quality is None


def test_a_size_limit_alone_is_filled(jpeg):
    result = scrimp.shrink(jpeg, max_bytes=9000)
    assert result.outcome == "saved" and len(result.data) <= 9000
    assert result.decision.goal.value is None and result.code == "max_bytes_met"


def test_a_result_is_saved_whole(jpeg, tmp_path):
    result = scrimp.shrink(jpeg)
    result.save(tmp_path / "new.jpg")
    assert (tmp_path / "new.jpg").read_bytes() == result.data
    with pytest.raises(errors.OutputExists) as raised:
        result.save(tmp_path / "new.jpg", overwrite=False)
    assert isinstance(raised.value, FileExistsError) and raised.value.code == "output_exists"


def test_each_error_has_its_type_and_code(jpeg, photo):
    for data, kind in [
        (b"", errors.Empty),
        (b"hello", errors.NotAnImage),
        (jpeg[: len(jpeg) // 2], errors.Damaged),
        (photo.convert("CMYK"), errors.Cmyk),
        (Image.new("RGBA", (8, 8)), errors.Alpha),
    ]:
        with pytest.raises(kind) as raised:
            scrimp.shrink(data)
        assert isinstance(raised.value, scrimp.Error) and raised.value.code == kind.code
    with pytest.raises(errors.LimitPixels):
        scrimp.shrink(jpeg, limits={"pixels": 10})
    with pytest.raises(errors.SizesDiffer):
        scrimp.score(jpeg, picture(20, 20))
    with pytest.raises(FileNotFoundError):
        scrimp.shrink("no such file.jpg")


def test_every_code_of_the_library_has_a_type():
    sources = ["crates/scrimp/src/error.rs", "crates/scrimp-batch/src/file.rs"]
    codes = {code for source in sources for code in re.findall(r'=> "(\w+)",', (ROOT / source).read_text())}
    assert len(codes) > 30 and codes - errors._BY_CODE.keys() - LIMIT_NAMES == set()


LIMIT_NAMES = {"pixels", "side", "memory", "time"}


@pytest.mark.parametrize(
    "options",
    [{"look": "best"}, {"goal": "80"}, {"look": "web", "goal": "ssim=0.9"}, {"floor": 90}, {"min_saving": 100}]
    + [{"effort": "much"}, {"strip": "all"}, {"limits": {"beauty": 1}}, {"threads": 0}],
)
def test_options_that_make_no_sense_are_refused(jpeg, options):
    with pytest.raises(errors.OptionError) as raised:
        scrimp.shrink(jpeg, **options)
    assert isinstance(raised.value, ValueError)


def test_an_option_that_is_unknown_is_a_type_error(jpeg):
    with pytest.raises(TypeError, match="quality"):
        scrimp.shrink(jpeg, quality=85)


def test_inspect_tells_what_a_photo_is(jpeg):
    inspection = scrimp.inspect(jpeg)
    assert (inspection.format, inspection.width, inspection.height) == ("JPEG", 320, 240)
    assert inspection.estimated_quality == 95 and inspection.subsampling == "4:4:4"
    scores = [probe.score for probe in inspection.curve]
    assert len(scores) == 10 and scores == sorted(scores)
    assert [segment.kind for segment in inspection.metadata] == ["JFIF"]


def test_a_score_has_a_map_where_it_is_asked_for(photo, jpeg):
    comparison = scrimp.score(photo, jpeg, heat_map=True)
    assert Image.open(io.BytesIO(comparison.heat_map)).format == "PNG"
    assert scrimp.score(photo, jpeg).heat_map is None


def test_a_panic_is_an_exception():
    with pytest.raises(errors.Defect, match="on purpose"):
        _native.panic()
    assert issubclass(errors.Defect, Exception)


def test_a_call_leaves_other_threads_their_time(jpeg):
    turns, ended = 0, threading.Event()

    def call():
        scrimp.inspect(jpeg)
        ended.set()

    threading.Thread(target=call).start()
    while not ended.is_set():
        turns += 1
    assert turns > 1000


def test_threads_agree(jpeg):
    found = []
    threads = [threading.Thread(target=lambda: found.append(scrimp.shrink(jpeg).data)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found)) == 1


def test_several_threads_write_the_same_bytes():
    photo = picture(1200, 900)
    assert scrimp.shrink(photo, threads=2).data == scrimp.shrink(photo).data


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_can_go_on(jpeg):
    wanted = scrimp.shrink(jpeg).data
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(_data_of, [jpeg, jpeg]) == [wanted, wanted]


def _data_of(jpeg):
    return scrimp.shrink(jpeg).data


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("call", ["scrimp.shrink(photo, effort='max')", "get_ssim_at_quality(photo, 80)"])
def test_a_keyboard_interrupt_ends_a_long_call_within_a_second(call):
    program = f"""if True:
        import signal, time, scrimp, numpy
        from PIL import Image
        from scrimp.classic import get_ssim_at_quality
        # A shell starts what it runs in the background deaf to it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        noise = numpy.random.default_rng(1).integers(0, 256, (500, 500, 3), dtype=numpy.uint8)
        photo = Image.fromarray(numpy.tile(noise, (12, 12, 1)))
        print("begin", flush=True)
        try:
            {call}
        except KeyboardInterrupt:
            print(time.monotonic(), flush=True)
            import os; os._exit(0)
    """
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begin\n"
    time.sleep(0.7)
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    ended = process.stdout.readline()
    process.wait()
    assert ended, "it ended before it was interrupted"
    assert float(ended) - sent < 1.0


def test_many_photos_go_into_a_folder(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for seed in range(3):
        (photos / f"{seed}.jpg").write_bytes(file_of(picture(seed=seed)))
    (photos / "bad.jpg").write_bytes(b"\xff\xd8\xff nothing")
    heard = []
    records = scrimp.shrink_many(photos, out=tmp_path / "new", progress=heard.append, look="web")
    assert heard == records
    assert [record.outcome for record in records] == ["saved"] * 3 + ["refused"]
    for record in records[:3]:
        data = Path(record.path).read_bytes()
        assert Path(record.output).read_bytes() == scrimp.shrink(data, look="web").data
        assert record.output_bytes < record.input_bytes and record.score >= 70


def test_many_photos_are_replaced(tmp_path, jpeg):
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg)
    (record,) = scrimp.shrink_many([path], in_place=True, backup=tmp_path / "backup")
    assert record.outcome == "saved" and path.stat().st_size == record.output_bytes < len(jpeg)
    assert (tmp_path / "backup" / "photo.jpg").read_bytes() == jpeg


def test_what_a_ledger_knows_is_not_done_again(tmp_path):
    photos, ledger, out = tmp_path / "photos", tmp_path / "done.redb", tmp_path / "new"
    photos.mkdir()
    for seed in range(3):
        (photos / f"{seed}.jpg").write_bytes(file_of(picture(seed=seed)))
    assert len(scrimp.shrink_many(photos, out=out, resume=ledger)) == 3
    assert scrimp.shrink_many(photos, out=out, resume=ledger) == []
    (out / "1.jpg").unlink()
    (again,) = scrimp.shrink_many(photos, out=out, resume=ledger)
    assert again.outcome == "saved" and (out / "1.jpg").exists()
    with pytest.raises(errors.Ledger, match="cannot be used"):
        ledger.write_bytes(b"something else" * 1000)
        scrimp.shrink_many(photos, out=out, resume=ledger)


def test_an_exception_of_progress_ends_the_work(tmp_path):
    for seed in range(6):
        (tmp_path / f"{seed}.jpg").write_bytes(file_of(picture(seed=seed)))

    def stop(record):
        raise KeyError(record.path)

    with pytest.raises(KeyError):
        scrimp.shrink_many([tmp_path], in_place=True, jobs=1, progress=stop)
    with pytest.raises(errors.OptionError, match="where to write"):
        scrimp.shrink_many([tmp_path])
