"""``mien swap``, started as its users start it."""

import json
import resource
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


def leftovers(folder: Path) -> list[Path]:
    """Temporary files that nobody removed."""
    return [path for path in folder.rglob("*") if path.name.endswith(".part")]


def test_a_swap_writes_the_result_and_says_so(mien, here, woman, officer):
    """
    Exit code 0, the result in the target's size, one sentence on stdout, and a warning beside it.
    """
    run = mien("swap", woman, officer, "-o", "result.png")

    assert 0 == run.returncode
    assert "Warning: The source's forehead is covered by a fringe.\n" == run.stderr
    assert run.stdout.startswith("result.png: 1 of 1 faces swapped in ")
    with Image.open(officer) as target, Image.open(here / "result.png") as result:
        assert target.size == result.size
        assert target.tobytes() != result.tobytes()
    assert [] == leftovers(here)


def test_json_prints_the_report_alone_on_stdout(mien, here, woman, officer):
    """
    The report has the keys that docs/cli.md shows, and its stages have taken time.
    """
    run = mien("swap", woman, officer, "-o", "result.jpg", "--options", "-m", "--json")
    report = json.loads(run.stdout)
    with Image.open(here / "result.jpg") as result:
        size = list(result.size)

    assert 0 == run.returncode
    assert ["result", "width", "height", "faces", "warnings", "ms"] == list(report)
    assert ["result.jpg", *size] == [report[key] for key in ("result", "width", "height")]
    assert {"found": 1, "swapped": 1} == report["faces"]
    assert {"decode", "detect", "swap", "encode"} <= report["ms"].keys()
    assert all(ms >= 0 for ms in report["ms"].values())


@pytest.mark.parametrize(
    ("name", "form"),
    [("result", "PNG"), ("result.JPG", "JPEG"), ("a.b.webp", "WEBP"), ("result.tif", "TIFF")],
)
def test_the_extension_of_the_result_decides_its_format(mien, here, woman, officer, name, form):
    """
    A result without an extension keeps the format of the target, a PNG here.
    """
    run = mien("swap", woman, officer, "-o", name)

    assert 0 == run.returncode, run.stderr
    with Image.open(here / name) as result:
        assert form == result.format


def test_an_ignored_word_is_a_warning_on_stderr(mien, woman, officer):
    """
    Words without a dash change nothing, and the caller hears of them.
    """
    run = mien("swap", woman, officer, "-o", "r.png", "--options", "hello")

    assert 0 == run.returncode
    assert 'Warning: Ignored "hello" in the options' in run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["swap"], "SOURCE"),
        (["swap", "woman.jpg", "officer.png"], "-o"),
        (["swap", "woman.jpg", "officer.png", "-o", "r.xyz"], ".xyz"),
        (["swap", "woman.jpg", "officer.png", "-o", "r.mp4"], ".mp4"),
        (["swap", "woman.jpg", "officer.png", "-o", "."], "folder"),
        (["swap", "woman.jpg", "officer.png", "-o", "no/r.png"], "no folder"),
        (["swap", "woman.jpg", "officer.png", "-o", "r.png", "--options", "-x"], "Option -x"),
        (
            ["swap", "woman.jpg", "officer.png", "-o", "r.png", "--options", "-o 0"],
            "from 1 to 1000",
        ),
        (["swap", "woman.jpg", "officer.png", "-o", "r.png", "--what"], "--what"),
        (["swop"], "swop"),
    ],
)
def test_wrong_usage_is_exit_code_2(mien, sentence, here, woman, officer, arguments, said):
    """
    One sentence names what is wrong, and no file is made.
    """
    run = mien(*arguments)

    assert 2 == run.returncode
    assert said in sentence(run)
    assert {woman, officer} == set(here.iterdir())


@pytest.mark.parametrize("order", [("wall.png", "woman.jpg"), ("woman.jpg", "wall.png")])
def test_a_missing_face_is_exit_code_3_and_names_the_picture(mien, sentence, wall, woman, order):
    """
    The sentence says in which of the two pictures no face was found.
    """
    run = mien("swap", *order, "-o", "r.png")
    where = "source" if order[0] == wall.name else "target"

    assert 3 == run.returncode
    assert f"No face found in the {where} picture." == sentence(run)


def test_an_animation_is_swapped_with_its_timing(mien, here, woman, officer):
    """
    Every frame shows the other face; frames, delays and rounds are those of the target.
    """
    with Image.open(officer) as whole:
        views = [whole.crop((x, 0, x + 460, 560)) for x in (0, 20, 40)]
    views[0].save(
        here / "moving.gif", save_all=True, append_images=views[1:], duration=[40, 90, 250], loop=2
    )
    run = mien("swap", woman, "moving.gif", "-o", "r.gif", "--json")

    assert 0 == run.returncode, run.stderr
    assert {"found": 1, "swapped": 1} == json.loads(run.stdout)["faces"]
    with Image.open(here / "r.gif") as after:
        assert 2 == after.info["loop"]
        for number, delay in enumerate((40, 90, 250)):
            after.seek(number)
            assert delay == after.info["duration"]
            pair = [np.asarray(one.convert("RGB"), int) for one in (after, views[number])]
            assert 60 < np.abs(pair[0] - pair[1]).max()


def test_a_failure_leaves_what_was_there(mien, here, woman, wall):
    """
    A result that stood there before is still there after a swap that failed.
    """
    (here / "r.png").write_bytes(b"before")
    run = mien("swap", woman, wall, "-o", "r.png")

    assert 3 == run.returncode
    assert b"before" == (here / "r.png").read_bytes()
    assert [] == leftovers(here)


def unusable(folder: Path) -> dict[str, Path]:
    """Inputs that nothing can be done with, by what is wrong with them."""
    (folder / "empty.jpg").touch()
    (folder / "text.jpg").write_text("no picture at all")
    (folder / "folder.jpg").mkdir()
    frames = [Image.new("RGB", (64, 64), (shade, 0, 0)) for shade in (0, 200)]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    return {name: folder / f"{name}.jpg" for name in ("empty", "text", "folder", "missing")} | {
        "moving": folder / "moving.gif"
    }


@pytest.mark.parametrize("kind", ["empty", "text", "folder", "missing", "moving"])
@pytest.mark.parametrize("side", ["source", "target"])
def test_an_unusable_input_is_exit_code_4(mien, sentence, here, woman, kind, side):
    """
    The sentence says which of the two files it is; nothing is written.
    """
    bad = unusable(here)[kind]
    pair = (bad, woman) if side == "source" else (woman, bad)
    run = mien("swap", *pair, "-o", "r.png")

    assert 4 == run.returncode
    assert side in sentence(run)
    assert not (here / "r.png").exists()


def test_a_file_over_the_limit_is_refused_with_value_and_limit(mien, sentence, woman, officer):
    """
    The limit of the settings holds for the command line too.
    """
    run = mien("swap", woman, officer, "-o", "r.png", MIEN_MAX_UPLOAD_MB="0.01")

    assert 4 == run.returncode
    assert "the limit is 0.01 MB" in sentence(run)


def test_a_disk_that_fills_up_leaves_what_was_there(here, woman, officer):
    """
    A result that cannot be written whole is not written at all: exit code 1, one sentence.
    """
    (here / "r.png").write_bytes(b"before")
    # A file that grows past the limit fails as on a full disk; a swap needs no other file.
    run = subprocess.run(
        [sys.executable, "-m", "mien", "swap", woman, officer, "-o", "r.png"],
        cwd=here,
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )

    assert 1 == run.returncode
    assert ["File too large."] == run.stderr.splitlines()
    assert b"before" == (here / "r.png").read_bytes()
    assert [] == leftovers(here)


def test_a_full_stdout_is_a_sentence(here, woman, officer):
    """
    A report that cannot be printed ends with exit code 1 and without a traceback.
    """
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "mien", "swap", woman, officer, "-o", "r.png", "--json"],
            cwd=here,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert 1 == run.returncode
    assert ["The disk is full."] == run.stderr.splitlines()


@pytest.mark.parametrize(
    "name",
    [
        "two words.jpg",
        "portrét 名前 🙂.jpg",
        "quote'\"$(id);&.jpg",
        "new\nline.jpg",
        "-m.jpg",
        b"not-utf8-\xff\xfe.jpg",
    ],
)
def test_any_file_name_can_be_read_and_written(mien, here, woman, officer, name):
    """
    Names are bytes to the system and stay what they are, whatever a terminal makes of them.
    """
    encoded = name if isinstance(name, bytes) else name.encode()
    source = bytes(here) + b"/in-" + encoded
    Path(source.decode(errors="surrogateescape")).write_bytes(woman.read_bytes())
    (here / "sub").mkdir()
    result = bytes(here) + b"/sub/" + encoded
    run = mien("swap", source, officer, "-o", result)

    assert 0 == run.returncode, run.stderr
    assert [encoded] == [bytes(path.relative_to(here / "sub")) for path in (here / "sub").iterdir()]


def test_a_name_that_begins_with_a_dash_follows_two_dashes(mien, here, woman, officer):
    """
    As with every program, what follows ``--`` is no option.
    """
    (here / "-m.jpg").write_bytes(woman.read_bytes())
    run = mien("swap", "-o", "r.png", "--", "-m.jpg", "officer.png")

    assert 0 == run.returncode, run.stderr


def test_a_sentence_about_a_hostile_name_is_still_one_line(mien, sentence, woman):
    """
    A file name with a line break does not break the sentence that repeats it.
    """
    run = mien("swap", "no\nsuch\x1b[31mfile.jpg", woman, "-o", "r.png")

    assert 4 == run.returncode
    assert sentence(run).isprintable()


def test_a_link_is_followed_and_permissions_are_kept(mien, here, woman, officer):
    """
    The file behind a link is replaced, not the link, and keeps its permissions.
    """
    (here / "real.png").write_bytes(b"before")
    (here / "real.png").chmod(0o640)
    (here / "link.png").symlink_to("real.png")
    run = mien("swap", woman, officer, "-o", "link.png")

    assert 0 == run.returncode, run.stderr
    assert (here / "link.png").is_symlink()
    assert b"before" != (here / "real.png").read_bytes()
    assert 0o640 == stat.S_IMODE((here / "real.png").stat().st_mode)


def test_a_result_can_go_to_a_pipe(here, woman, officer):
    """
    ``-o /dev/stdout`` puts the bytes of the result, and nothing else, on stdout.
    """
    run = subprocess.run(
        [sys.executable, "-m", "mien", "swap", woman, officer, "-o", "/dev/stdout"],
        cwd=here,
        capture_output=True,
        check=True,
    )

    assert run.stdout.startswith(b"\x89PNG")
    assert run.stdout.endswith(b"IEND\xaeB`\x82")


def test_the_same_swap_gives_the_same_bytes(mien, here, woman, officer):
    """
    Nothing in a result depends on when or in which process it was made.
    """
    for name in ("one.png", "two.png"):
        assert 0 == mien("swap", woman, officer, "-o", name).returncode

    assert (here / "one.png").read_bytes() == (here / "two.png").read_bytes()
