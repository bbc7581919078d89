"""What every blob store promises, and what a folder promises beyond."""

import errno
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mien.errors import NotFound, SetupError, StorageFull
from mien.storage.blobs import FolderBlobs

SOON = timedelta(minutes=1)


def soon():
    return datetime.now(UTC) + SOON


@pytest.mark.parametrize("data", [b"", b"picture", bytes(range(256)) * 40_000])
def test_what_was_put_is_got(blobs, data):
    """
    Nothing, little, and much.
    """
    blobs.put("inputs/a/source.png", data)

    assert data == blobs.get("inputs/a/source.png")


def test_what_is_not_there_is_not_found(blobs):
    """
    A missing file is our error, not the system's.
    """
    with pytest.raises(NotFound):
        blobs.get("inputs/a/source.png")


def test_what_was_deleted_is_gone(blobs):
    """
    Deleting removes what is there and ignores what is not; others stay.
    """
    for name in "abc":
        blobs.put(f"inputs/{name}/x.png", name.encode())

    blobs.delete(["inputs/a/x.png", "inputs/missing/x.png", "inputs/b/x.png"])

    for name in "ab":
        with pytest.raises(NotFound):
            blobs.get(f"inputs/{name}/x.png")
    assert b"c" == blobs.get("inputs/c/x.png")


def test_a_list_has_the_old_keys_below_a_folder(blobs):
    """
    Sorted, of that folder alone, and written before the time that is asked for.
    """
    for key in ("inputs/b/x.png", "inputs/a/x.png", "results/a/x.png", "inputs2/a/x.png"):
        blobs.put(key, b"")

    assert ["inputs/a/x.png", "inputs/b/x.png"] == blobs.list("inputs", before=soon())
    assert [] == blobs.list("inputs", before=datetime.now(UTC) - SOON)
    assert [] == blobs.list("nothing", before=soon())


def test_many_threads_put_and_delete_next_to_each_other(blobs):
    """
    Removing the last file of a folder does not disturb who writes beside it.
    """

    def churn(name):
        for n in range(20):
            key = f"inputs/{name}/{n}.png"
            blobs.put(key, key.encode())
            assert key.encode() == blobs.get(key)
            blobs.delete([key])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(churn, range(8)))

    assert [] == blobs.list("inputs", before=soon())


class Listed:
    """What a folder had when it was looked at, as `os.scandir` tells it."""

    def __init__(self, entries):
        self._entries = iter(entries)

    def __iter__(self):
        return self._entries

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def test_a_list_does_without_what_goes_meanwhile(tmp_path, monkeypatch):
    """
    The files of a job that ends while they are listed, and the folder of another: neither is an error.
    """
    blobs = FolderBlobs(tmp_path / "blobs")
    for key in ("inputs/file/x.png", "inputs/file/y.png", "inputs/folder/x.png"):
        blobs.put(key, b"")
    scandir = os.scandir

    def late(folder):
        if Path(folder).name == "folder":
            blobs.delete(["inputs/folder/x.png"])
        with scandir(folder) as entries:
            listed = Listed(list(entries))
        if Path(folder).name == "file":
            blobs.delete(["inputs/file/x.png"])
        return listed

    monkeypatch.setattr(os, "scandir", late)

    assert ["inputs/file/y.png"] == blobs.list("inputs", before=soon())


def test_a_folder_that_cannot_be_listed_is_no_empty_one(tmp_path, monkeypatch):
    """
    What is wrong with it is said.
    """
    blobs = FolderBlobs(tmp_path / "blobs")

    def refuse(_folder):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)

    with pytest.raises(SetupError, match="Permission denied"):
        blobs.list("inputs", before=soon())


def test_the_folder_is_private(tmp_path):
    """
    Pictures of people are nobody else's.
    """
    FolderBlobs(tmp_path / "deep" / "blobs")

    assert 0o700 == (tmp_path / "deep" / "blobs").stat().st_mode & 0o777


def test_empty_folders_go_with_their_last_file(tmp_path):
    """
    A year of jobs leaves no million empty folders; those of all uploads and all results stay.
    """
    blobs = FolderBlobs(tmp_path / "blobs")
    for keys in (["inputs/x.png"], ["results/a/x.png", "results/a/y.png"]):
        for key in keys:
            blobs.put(key, b"x")
        blobs.delete(keys)

    found = sorted(path.name for path in (tmp_path / "blobs").rglob("*"))
    assert ["inputs", "results"] == found


def test_a_file_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    """
    Who looks while it is written finds nothing under its key, and of what fails nothing stays.
    """
    blobs = FolderBlobs(tmp_path / "blobs")
    write = os.write
    seen: list[list[str]] = []

    def halting(handle, data):
        if len(seen) == 2:
            raise OSError(errno.EIO, "Input/output error")
        with pytest.raises(NotFound):
            blobs.get("inputs/x.png")
        seen.append(blobs.list("inputs", before=soon()))
        return write(handle, data[:3])

    monkeypatch.setattr(os, "write", halting)

    with pytest.raises(SetupError, match="Input/output error"):
        blobs.put("inputs/x.png", b"picture")
    monkeypatch.undo()

    assert [1, 1] == [len(keys) for keys in seen]
    assert all(keys[0].startswith("inputs/x.png#") for keys in seen)
    assert [] == blobs.list("inputs", before=soon())


def test_files_are_private(tmp_path):
    """
    Like their folder.
    """
    blobs = FolderBlobs(tmp_path / "blobs")
    blobs.put("inputs/x.png", b"x")

    assert 0o600 == (tmp_path / "blobs" / "inputs" / "x.png").stat().st_mode & 0o777


@pytest.mark.parametrize("key", ["../x.png", "inputs/../../x.png", "/etc/passwd"])
def test_no_key_leads_out_of_the_folder(tmp_path, key):
    """
    Whoever makes keys of what callers send.
    """
    blobs = FolderBlobs(tmp_path / "blobs")

    for work in (lambda: blobs.put(key, b""), lambda: blobs.get(key), lambda: blobs.delete([key])):
        with pytest.raises(ValueError, match="a key names a file of the folder"):
            work()


@pytest.mark.parametrize("sync", [True, False])
def test_a_synced_file_is_synced_under_its_name(tmp_path, monkeypatch, sync):
    """
    With `sync` the file has reached the disk when `put` returns, its name with it; else nobody waits.
    """
    blobs = FolderBlobs(tmp_path / "blobs", sync=sync)
    names = []
    monkeypatch.setattr(
        os, "fsync", lambda handle: names.append(Path(f"/proc/self/fd/{handle}").readlink())
    )

    blobs.put("inputs/x.png", b"picture")

    assert ([tmp_path / "blobs" / "inputs" / "x.png"] if sync else []) == names


def test_torn_files_are_listed_and_deleted(tmp_path):
    """
    What a crash left of an upload is a picture of somebody, too.
    """
    blobs = FolderBlobs(tmp_path / "blobs")
    torn = tmp_path / "blobs" / "inputs" / "x.png#1"
    torn.parent.mkdir(parents=True)
    torn.write_bytes(b"half")

    keys = blobs.list("inputs", before=soon())
    blobs.delete(keys)

    assert ["inputs/x.png#1"] == keys
    assert not torn.exists()


def test_a_folder_that_cannot_be_made_is_the_operators_problem(tmp_path):
    """
    The sentence names the folder.
    """
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(SetupError, match=str(tmp_path / "file" / "blobs")):
        FolderBlobs(tmp_path / "file" / "blobs")


@pytest.fixture
def tiny_disk(tmp_path):
    """A folder on a disk of 400 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", folder]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs root and the right to mount, to make a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_says_so_and_leaves_nothing(tiny_disk):
    """
    Neither a file nor half of one stays; what was there is untouched, and small files go on.
    """
    blobs = FolderBlobs(tiny_disk / "blobs")
    blobs.put("inputs/a/x.png", b"x" * 100_000)

    for size in (1_000_000, 8_000_000):
        with pytest.raises(StorageFull, match="no room left on the disk"):
            blobs.put("inputs/b/y.png", b"y" * size)

    assert ["inputs/a/x.png"] == blobs.list("inputs", before=soon())

    blobs.put("inputs/b/y.png", b"y" * 1000)

    assert b"x" * 100_000 == blobs.get("inputs/a/x.png")
