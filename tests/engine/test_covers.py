"""What covers a face is told to people: fringes, hats, glasses, masks, hands."""

import csv
from dataclasses import astuple, replace

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from engine.drawn import hand_on, mirrored
from mien.engine.advice import SOURCE_RULES, TARGET_RULES, Verdict, about_one, faults, verdict
from mien.engine.covers import Covers, Place, places_of
from mien.engine.geometry import moved_by
from mien.engine.landmarks import crop_around
from mien.engine.parts import BACKGROUND, BODY, CLOTHES, FACE, FACES, HAIR, SIDE, THINGS
from mien.engine.pipeline import Draft, assess_targets
from mien.engine.quality import assess, examine, with_covers
from mien.engine.types import MESH_POINTS, Face, Parts

#: Codes of what covers a face.
COVERING = {
    "forehead_covered",
    "glasses",
    "dark_glasses",
    "masked",
    "mouth_covered",
    "hair_over_eyes",
}


def codes(quality, rules=SOURCE_RULES):
    """What is said to cover a face."""
    return {rule.code for rule in faults(quality, rules)} & COVERING


def telling(face, painted):
    """``face``, of which a network tells that ``painted`` places show something and all others the face."""
    matrix = crop_around(face.landmarks, FACES, SIDE)
    places = places_of(moved_by(matrix, face.landmarks[:, :2]))
    kinds = np.full((SIDE, SIDE), FACE)
    for place, kind in painted:
        kinds[places == place] = kind
    likely = np.eye(6, dtype=np.float32)[kinds]
    return replace(face, parts=Parts(answer=lambda: likely, matrix=matrix))


#: The astronaut's own.
FRINGE = "forehead_covered"
EYES = (Place.LEFT_EYE, Place.RIGHT_EYE)
BELOW = Place.BELOW_NOSE
TOLD = [
    ([], set(), set(), ""),
    ([(Place.FOREHEAD, HAIR)], {"forehead_covered"}, set(), "forehead is covered by a fringe."),
    ([(Place.FOREHEAD, THINGS)], {"forehead_covered"}, set(), "covered by a hat or a cloth."),
    ([(Place.BRIDGE, THINGS)], {"glasses"}, set(), "glasses are painted over"),
    (
        [(Place.BRIDGE, THINGS), *((eye, THINGS) for eye in EYES)],
        {"dark_glasses"},
        {"dark_glasses"},
        "eyes are hidden behind dark or mirrored glasses.",
    ),
    ([(EYES[0], THINGS)], set(), set(), ""),
    ([(EYES[1], HAIR)], {"hair_over_eyes"}, {"hair_over_eyes"}, "eyes are covered by hair."),
    ([(BELOW, CLOTHES)], {"masked"}, {"masked"}, "face is covered below the forehead."),
    ([(BELOW, BODY)], {"mouth_covered"}, {"mouth_covered"}, "covered by a hand."),
    ([(BELOW, HAIR)], set(), set(), ""),
]


@pytest.mark.parametrize(("painted", "of_source", "of_target", "said"), TOLD)
def test_each_cover_has_its_warning(astronaut, astronaut_face, painted, of_source, of_target, said):
    """
    A source hears of all, a target of what keeps its own place; nothing is said of what is free.
    """
    quality = examine(astronaut, telling(astronaut_face, painted))

    assert (of_source, of_target) == (codes(quality), codes(quality, TARGET_RULES))
    assert said in " ".join(about_one(quality, SOURCE_RULES, whose="The"))


def test_where_the_picture_is_cut_does_not_matter(finder, hopper):
    """
    Shares are those of the face, wherever it lies in a picture.
    """
    face = finder.closely(hopper)[0]
    here, there = Covers.of(face), Covers.of(face.moved(40, -25))

    assert here is not None
    assert there is not None
    np.testing.assert_allclose(astuple(here), astuple(there), atol=0.02)


@pytest.mark.parametrize("kind", [BACKGROUND, THINGS])
def test_who_sees_no_face_at_all_is_not_believed(astronaut, astronaut_face, kind):
    """
    A drawing is all background to the network: where colours see a free face they are heard.
    """
    face = telling(astronaut_face, [(place, kind) for place in Place])
    quality = examine(astronaut, face)

    assert assess(astronaut, face) == quality
    assert set() == codes(quality)


def test_a_mask_is_believed_though_it_hides_most(astronaut, astronaut_face):
    """
    Where colours tell of it, too, the network is heard, however much it says is covered.
    """
    places = (Place.BELOW_NOSE, Place.ELSEWHERE)
    face = telling(astronaut_face, [(place, CLOTHES) for place in places])
    seen = replace(assess(astronaut, face), forehead=0.9, around_eyes=0.9)

    assert {"masked"} == codes(with_covers(seen, face))


def test_colours_are_measured_without_waiting(astronaut, astronaut_face):
    """
    The network may still be at work while a target is assessed.
    """

    def never():
        raise AssertionError("nobody waits for the network here")

    parts = Parts(answer=never, matrix=np.zeros((2, 3), np.float32))
    draft = Draft(target_image=astronaut, faces=(replace(astronaut_face, parts=parts),))

    assert 1 == len(assess_targets(draft).qualities or ())


def test_any_finite_mesh_has_shares():
    """
    A mesh that is a line, or far outside the square, has shares between 0 and 1.
    """
    likely = np.full((SIDE, SIDE, 6), 1 / 6, np.float32)
    matrix = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
    line = np.linspace(-500, 500, MESH_POINTS * 3, dtype=np.float32).reshape(-1, 3)
    for landmarks in (line, line * 0, line + np.float32(1e7), line * np.float32(1e30)):
        parts = Parts(answer=lambda: likely, matrix=matrix)
        covers = Covers.of(Face(landmarks=landmarks, score=0.0, parts=parts))

        assert covers is not None
        assert all(0 <= share <= 1 for share in astuple(covers))


def test_mirrored_glasses_hide_eyes(finder, astronaut):
    """
    The eyes are a guess: such a source is poor, and a target hears of it.
    """
    large = cv2.resize(astronaut[:300, 80:380], None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    plain = finder.closely(large)[0]
    picture, _ = mirrored(large, plain)
    face = finder.closely(picture)[0]
    quality = examine(picture, face)

    assert {FRINGE} == codes(examine(large, plain))
    assert {"dark_glasses"} == codes(quality) - {FRINGE} == codes(quality, TARGET_RULES)
    assert Verdict.POOR == verdict(quality)


def test_clear_glasses_are_told_of_a_source_alone(finder, hopper):
    """
    They stay before a target; a source's are painted over.
    """
    quality = examine(hopper, finder.closely(hopper)[0])

    assert "glasses" in codes(quality)
    assert set() == codes(quality, TARGET_RULES)
    assert Verdict.USABLE == verdict(quality)


def test_a_hand_before_a_cheek_is_told(finder, astronaut):
    """
    Of a source and of a target.
    """
    picture, _, _ = hand_on(astronaut, (300, 250), 75, -0.6)
    quality = examine(picture, finder.closely(picture)[0])

    assert "mouth_covered" in codes(quality) & codes(quality, TARGET_RULES)


#: Portraits that a person sees covered, and what is said of them. (Two others are blamed: a profile, whose mesh lies
#: on hair, and a face half of which lies in black shadow.)
KNOWN = {
    "faker_f43": {"forehead_covered"},
    "faker_f73": {"forehead_covered"},
    "faker_f87": {"forehead_covered"},
    "faker_m15": {"forehead_covered"},
    "faker_m95": {"glasses"},
    "ms_detection1": {"glasses"},
    "ms_detection3": {"forehead_covered"},
    "occl_mic_f48": {"mouth_covered"},
    "occl_mic_m7": {"mouth_covered"},
    "pd_grace_hopper": {"glasses"},
    "t2i_dev_0002997": {"mouth_covered"},
    "t2i_dev_0005004": {"glasses"},
    "t2i_sch_0006985": {"forehead_covered"},
    "t2i_sch_0017634": {"forehead_covered"},
    "t2i_sch_0019770": {"glasses"},
    "t2i_sch_0029327": {"forehead_covered"},
    "t2i_sch_0029780": {"forehead_covered"},
    "t2i_sch_0031180": {"glasses"},
    "t2i_sch_0034405": {"masked"},
    "t2i_sch_0042147": {"forehead_covered"},
    "t2i_sch_0046194": {"glasses"},
    "t2i_sdxl_0009301": {"forehead_covered"},
    "t2i_sdxl_0028212": {"dark_glasses"},
    "t2i_sdxl_0040142": {"glasses"},
    "t2i_sdxl_0040418": {"forehead_covered", "glasses"},
    "t2i_sdxl_0041359": {"glasses"},
    "t2i_sdxl_0042683": {"dark_glasses"},
    "t2i_sdxl_0045428": {"glasses"},
    "t2i_sdxl_0046891": {"glasses"},
    "t2i_sdxl_0049080": {"dark_glasses"},
}
#: How many of these may be missed, and how many of the others blamed, by another build of OpenCV or the network.
MISSED, BLAMED = 1, 3


def test_portraits_are_told_covered_that_are(finder, faces_dir):
    """
    Of all portraits of the set: nearly all covers are told, and hardly any that is not there.
    """
    with (faces_dir / "manifest.csv").open(encoding="utf-8") as file:
        names = [row["file"] for row in csv.DictReader(file)]
    wrong = {}
    for name in sorted(name for name in names if name.startswith("portraits/")):
        with Image.open(faces_dir / name) as file:
            image = np.asarray(ImageOps.exif_transpose(file).convert("RGB"))
        faces = finder.closely(image)[:1]
        known = KNOWN.get(name.removeprefix("portraits/").removesuffix(".jpg"), set())
        for face in faces:
            found = codes(examine(image, face))
            wrong[name] = (known - found, found - known)
    missed = {name for name, (few, _) in wrong.items() if few}
    blamed = {name for name, (_, many) in wrong.items() if many}

    assert len(wrong) > 85
    assert len(missed) <= MISSED, missed
    assert len(blamed) <= BLAMED, blamed
