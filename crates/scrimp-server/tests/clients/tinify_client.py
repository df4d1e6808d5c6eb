"""Drives Tinify's own client against the service: ADDRESS KEY PHOTO FOLDER."""

import sys
from pathlib import Path

import tinify

address, key, photo, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
# All that is changed of the client.
tinify.Client.API_ENDPOINT = address

tinify.key = key
assert tinify.validate()

source = tinify.from_file(str(photo))
source.to_file(str(folder / "from_file"))
assert tinify.compression_count == 1, tinify.compression_count

with open(photo, "rb") as opened:
    tinify.from_file(opened).to_file(str(folder / "from_opened"))
buffer = tinify.from_buffer(photo.read_bytes())
(folder / "from_buffer").write_bytes(buffer.to_buffer())
assert tinify.compression_count == 3, tinify.compression_count

result = source.result()
assert (result.width, result.height) == (240, 160), (result.width, result.height)
assert result.media_type == "image/jpeg" and result.extension == "jpeg", result.media_type
assert result.size == len(result.to_buffer()) < photo.stat().st_size

kept = source.preserve("copyright", "creation").to_buffer()
assert kept == result.to_buffer()


def refused(kind, status, word, call):
    try:
        call()
    except kind as error:
        assert error.status == status and word in str(error), str(error)
    else:
        raise AssertionError(f"{word} was not refused")


refused(tinify.ClientError, 400, "resize", lambda: source.resize(method="fit", width=10, height=10).to_buffer())
refused(tinify.ClientError, 400, "convert", lambda: source.convert(type="image/webp").to_buffer())
refused(tinify.ClientError, 400, "transform", lambda: source.transform(background="white").to_buffer())
refused(tinify.ClientError, 400, "store", lambda: source.store(service="s3"))
refused(tinify.ClientError, 400, "empty", lambda: tinify.from_buffer(b"").to_buffer())
refused(tinify.ClientError, 415, "not_an_image", lambda: tinify.from_buffer(b"no photo").to_buffer())
refused(tinify.ClientError, 403, "source_refused", lambda: tinify.from_url("http://127.0.0.1:1/photo.jpg"))
tinify.key = "wrong"
refused(tinify.AccountError, 401, "unauthorized", tinify.validate)
refused(tinify.AccountError, 401, "unauthorized", lambda: tinify.from_file(str(photo)))
print("ok")
