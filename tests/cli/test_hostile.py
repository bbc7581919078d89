"""Files made to break whoever opens them, through the whole program."""

import csv
import json

#: What a file may end with that somebody made to do harm; not a fault of mien, a dead process or
#: a time-out.
REFUSALS = {"unreadable", "damaged", "unsupported", "too_large", "no_face_found", None}


def test_every_hostile_file_is_swapped_or_refused_with_a_sentence(mien, here, faces_dir):
    """
    No file of the set kills a process, hangs, or fails in a way that nobody foresaw.
    """
    source = faces_dir / "portraits" / "faker_f1.jpg"
    targets = sorted((faces_dir / "hostile").iterdir())
    with (here / "pairs.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [(source, target, f"result-{number}") for number, target in enumerate(targets)]
        csv.writer(file).writerows([("source", "target", "result"), *rows])
    run = mien("batch", "pairs.csv", "-o", "out", "--json")
    pairs = json.loads(run.stdout)["pairs"]

    assert len(targets) == len(pairs) > 0
    assert [] == [pair for pair in pairs if pair["code"] not in REFUSALS]
    assert "Traceback" not in run.stderr
