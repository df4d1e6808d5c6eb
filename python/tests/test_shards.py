"""Shards of a manifest, as every engine works them."""

import pytest
import scrimp
from conftest import file_of, picture
from scrimp import errors


@pytest.fixture
def manifest(tmp_path):
    """Two photos, a file that is none, and one that is missing."""
    photos = tmp_path / "photos"
    photos.mkdir()
    for seed in range(2):
        (photos / f"{seed} é.jpg").write_bytes(file_of(picture(), "JPEG", quality=95 - seed))
    (photos / "text.jpg").write_text("no photo")
    names = [*sorted(photos.iterdir()), photos / "gone.jpg"]
    manifest = tmp_path / "manifest.txt"
    manifest.write_text("".join(f"{path.as_uri()}\n" for path in names))
    return manifest


def test_a_shard_is_shrunk_once_and_then_known_by_its_results(manifest, tmp_path):
    shards = scrimp.cut_shards(str(manifest), into=str(tmp_path / "shards"), rows=3)
    assert [shard.rsplit("/", 1)[1] for shard in shards] == ["shard-000000.parquet", "shard-000001.parquet"]
    assert scrimp.cut_shards(str(manifest), into=str(tmp_path / "shards"), rows=3) == shards
    assert scrimp.cut_shards(str(tmp_path / "shards"), into="nowhere") == shards
    places = {"to": (tmp_path / "new").as_uri(), "results": (tmp_path / "results").as_uri()}
    first, second = (scrimp.shrink_shard(shard, **places, look="web") for shard in shards)
    assert (first.photos, first.saved, first.refused, first.failed, first.resumed) == (3, 2, 1, 0, False)
    assert (second.photos, second.failed) == (1, 1)
    written = sorted(path for path in (tmp_path / "new").rglob("*") if path.is_file())
    assert [path.name for path in written] == ["0 é.jpg", "1 é.jpg"]
    assert sum(path.stat().st_size for path in written) <= first.bytes_after < first.bytes_before
    again = scrimp.shrink_shard(shards[0], **places, look="web")
    assert again.resumed and again.saved == 2
    other = scrimp.shrink_shard(shards[0], **places, look="high")
    assert not other.resumed, "other settings are other work"


def test_what_is_wrong_with_a_shard_or_store_has_a_type(manifest, tmp_path):
    places = {"to": str(tmp_path / "new"), "results": str(tmp_path / "results")}
    with pytest.raises(errors.StoreNotFound):
        scrimp.shrink_shard(str(tmp_path / "shard-000009.parquet"), **places)
    with pytest.raises(errors.StoreUnreadable, match="Parquet"):
        scrimp.shrink_shard(str(manifest), **places)
    with pytest.raises(errors.OptionError, match="ftp"):
        scrimp.shrink_shard("s3://bucket/shard.parquet", **places | {"to": "ftp://host/"})
    with pytest.raises(errors.OptionError):
        scrimp.cut_shards(str(manifest), into="s3://bucket/a?b")
