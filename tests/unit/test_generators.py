"""Generators of portraits behind one protocol: generated, templates, and who helps out."""

import io
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien.bootstrap.engine import build_engine
from mien.bootstrap.portraits import build_headshot
from mien.commands.generated import Generated
from mien.commands.generators import Chosen
from mien.commands.sitting import Made, Order, Sitting
from mien.commands.templates import FromTemplates, Template, overlaps
from mien.errors import (
    BadRequest,
    Conflict,
    NoGenerator,
    NoTemplate,
    NotFound,
    RemoteError,
    SetupError,
    Unreachable,
)
from mien.media.limits import Limits
from mien.settings import Settings
from mien.storage.templates import FolderTemplates

ORDER = Order(
    text="a king in a castle", unwanted=("green",), width=400, height=500, count=2, seed=3
)


def file_of(pixels):
    """``pixels`` as a PNG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def engine():
    """What finds faces, and what swaps them."""
    return build_engine(Settings.load(data_dir=Path("/nonexistent")))


@pytest.fixture(scope="module")
def finder(engine):
    return engine[0]


@pytest.fixture(scope="module")
def swapper(engine):
    return engine[1]


@pytest.fixture(scope="module")
def sitting(finder, swapper, hopper):
    """Somebody who was saved, without a photo."""
    return Sitting(person=swapper.prepare(hopper, finder.find(hopper)[0]))


@dataclass
class Painter:
    """Returns files one after the other, and remembers what was asked for."""

    files: list[bytes]
    briefs: list = field(default_factory=list)

    def __call__(self, brief, *, check):
        check()
        self.briefs.append(brief)
        return self.files[(len(self.briefs) - 1) % len(self.files)]


def generated(finder, swapper, files, **changes):
    """The generator over a painter of ``files``."""
    painter = Painter(files)
    made = Generated(painter=painter, finder=finder, swapper=swapper, limits=Limits(), **changes)
    return made, painter


def go_on():
    """Never stop."""


def test_the_best_of_several_pictures_gets_the_face(finder, swapper, sitting, astronaut):
    """
    A blurred picture and one without a face lose against a sharp one, whose face is changed.
    """
    sharp = np.ascontiguousarray(astronaut[:300, 60:420])
    blurred = np.asarray(Image.fromarray(sharp).resize((40, 34)).resize((360, 300)))
    files = [file_of(blurred), file_of(np.full((64, 64, 3), 90, np.uint8)), file_of(sharp)]
    make, painter = generated(finder, swapper, files, candidates=3)
    (picture,) = make.portraits(sitting, replace(ORDER, count=1), check=go_on).pictures

    assert 3 == len({brief.seed for brief in painter.briefs})
    assert "a king in a castle, portrait photo" in painter.briefs[0].text
    assert painter.briefs[0].negative.startswith("green, ")
    # 4:5, cut from the sharp picture; the face is another one.
    assert picture.shape == (300, 240, 3)
    (face,) = finder.find(picture)[:1]
    assert face.size > 80


def test_who_looks_like_the_person_gets_the_face(finder, swapper, astronaut):
    """
    Of two pictures the one with the colours of the photo, even if the other shows a larger face.
    """
    sharp = np.ascontiguousarray(astronaut[:300, 60:420])
    like = np.asarray(Image.fromarray(sharp).resize((324, 270), Image.Resampling.LANCZOS))
    other = np.ascontiguousarray(sharp[..., ::-1])
    (face,) = finder.find(sharp)[:1]
    sitting = Sitting(person=swapper.prepare(sharp, face), photo=sharp, face=face)
    order = replace(ORDER, count=1)
    made = []
    for files in ([like, other], [other, like]):
        make, _ = generated(finder, swapper, [file_of(each) for each in files], candidates=2)
        made.extend(make.portraits(sitting, order, check=go_on).pictures)

    assert [(270, 216, 3)] * 2 == [picture.shape for picture in made]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<html>", "sent what is no picture"),
        (b"", "sent what is no picture"),
        (file_of(np.full((64, 64, 3), 90, np.uint8)), "made no face that looks into the camera"),
    ],
)
def test_what_is_no_portrait_is_the_generator_s_fault(finder, swapper, sitting, data, sentence):
    """
    No picture, or a picture without a face: an error of the service, not of who asked.
    """
    make, _ = generated(finder, swapper, [data])

    with pytest.raises(RemoteError, match=sentence):
        make.portraits(sitting, ORDER, check=go_on)


@dataclass(frozen=True)
class Named:
    """A generator that makes nothing, or raises."""

    name: str
    error: Exception | None = None

    def portraits(self, sitting, order, *, check):  # noqa: ARG002 - the protocol's form
        if self.error:
            raise self.error
        return Made(pictures=(), warnings=(f"by {self.name}",))


def test_the_next_generator_helps_out_and_it_is_said(sitting):
    """
    A service that is down, then a gallery where nothing fits; the last one's failure is everybody's.
    """
    down, nothing = Named("generated", Unreachable("It is down.")), Named("templates", NoTemplate())
    name, made = Chosen(generators=(down, nothing, Named("studio")))(sitting, ORDER, check=go_on)

    assert "studio" == name
    assert (
        "It is down. The templates made the portraits instead.",
        "None of the operator's templates fits the prompt. The studio made the portraits instead.",
        "by studio",
    ) == made.warnings
    with pytest.raises(Unreachable):
        Chosen(generators=(down,))(sitting, ORDER, check=go_on)
    with pytest.raises(BadRequest):
        Chosen(generators=(Named("a", BadRequest("no")), Named("b")))(sitting, ORDER, check=go_on)


def test_a_choice_needs_somebody():
    """
    Nobody makes no portraits.
    """
    with pytest.raises(ValueError, match="needs a generator"):
        Chosen(generators=())


@pytest.fixture
def gallery(tmp_path, astronaut):
    """Two templates in a folder."""
    gallery = FolderTemplates(folder=tmp_path / "templates")
    picture = file_of(np.ascontiguousarray(astronaut[:300, 60:420]))
    gallery.add("knight.png", picture, "knight armour castle king medieval")
    gallery.add("beach.png", picture, "beach sea summer hat")
    return gallery


def test_the_template_that_fits_gets_the_face(finder, swapper, sitting, gallery):
    """
    By its tags; there is one that fits, and that is said; so are words that it has not.
    """
    make = FromTemplates(templates=gallery, finder=finder, swapper=swapper)
    made = make.portraits(sitting, ORDER, check=go_on)

    assert 1 == len(made.pictures)
    assert ("Only 1 of the operator's templates fit the prompt.",) == made.warnings
    assert () == made.unheard
    assert made.pictures[0].shape[0] / made.pictures[0].shape[1] == pytest.approx(1.25, abs=0.01)


def test_nothing_fits_is_an_error_of_its_own(finder, swapper, sitting, gallery):
    """
    Also when what fits must not be seen.
    """
    make = FromTemplates(templates=gallery, finder=finder, swapper=swapper)
    unfit = Order(text="rocket", unwanted=(), width=4, height=5, count=1, seed=0)
    unwanted = Order(text="castle", unwanted=("king",), width=4, height=5, count=1, seed=0)

    for order in (unfit, unwanted):
        with pytest.raises(NoTemplate):
            make.portraits(sitting, order, check=go_on)


def test_meanings_help_where_words_differ(finder, swapper, sitting, gallery):
    """
    What compares meanings finds a template that shares no word with the prompt.
    """

    def alike(text, others):
        return [0.9 if "beach" in each and text == "holidays" else 0.1 for each in others]

    make = FromTemplates(templates=gallery, finder=finder, swapper=swapper, meanings=alike)
    order = Order(text="holidays", unwanted=(), width=400, height=500, count=1, seed=0)

    assert 1 == len(make.portraits(sitting, order, check=go_on).pictures)
    assert ("holidays",) == make.portraits(sitting, order, check=go_on).unheard


def test_rare_words_count_more():
    """
    Plurals and participles are the same word, fillers none.
    """
    tags = ["king beach sand", "king castles", "king castle tower night", "king"]
    first, second, third, _ = overlaps("a portrait of a king in a castle", tags)

    assert second > first > 0
    assert third > 0
    assert [0, 0, 0, 0] == overlaps("a portrait in the background", tags)


def test_a_gallery_is_a_folder_with_a_table(gallery, tmp_path):
    """
    Rows that a person wrote count; what is not there, or lies elsewhere, does not.
    """
    folder = tmp_path / "templates"
    (folder / "own.jpg").write_bytes(b"x")
    with (folder / "templates.csv").open("a") as table:
        table.write('own.jpg,"red, ""big"" hat"\nmissing.jpg,x\n../../etc/passwd,x\n,y\nown2.jpg\n')

    assert ["beach.png", "knight.png", "own.jpg"] == [one.name for one in gallery.all()]
    assert Template(name="own.jpg", tags='red, "big" hat') == gallery.all()[-1]
    gallery.remove("knight.png")
    assert ["beach.png", "own.jpg"] == [one.name for one in gallery.all()]
    assert not (folder / "knight.png").exists()
    assert 'red, "big" hat' == gallery.all()[-1].tags


def test_a_gallery_refuses_what_it_cannot_keep(gallery, tmp_path):
    """
    Names that lead elsewhere or are taken, empty tags, a table of another form.
    """
    for name in ("", ".", "..", "a/b.png", "/etc/x", ".hidden", "templates.csv", "a\nb", "x" * 300):
        with pytest.raises(BadRequest):
            gallery.add(name, b"x", "tag")
    with pytest.raises(BadRequest):
        gallery.add("a.png", b"x", "  ")
    with pytest.raises(Conflict):
        gallery.add("beach.png", b"x", "tag")
    with pytest.raises(NotFound):
        gallery.remove("nothing.png")
    with pytest.raises(NotFound):
        gallery.read("../templates.csv")
    (tmp_path / "templates" / "templates.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SetupError, match="must be: file,tags"):
        gallery.all()


def names(settings, finder, swapper):
    """The generators of a headshot with those settings."""
    headshot = build_headshot(settings, finder, swapper)
    return [each.name for each in headshot.generators.generators]


def test_settings_choose_generators(finder, swapper, gallery, tmp_path):
    """
    `auto` takes what is configured, in the order of the document; a choice that lacks something says so.
    """
    bare, url = Settings.load(data_dir=tmp_path / "bare"), "http://127.0.0.1:1"
    full = Settings.load(data_dir=tmp_path, generator_url=url)

    assert ["studio"] == names(bare, finder, swapper)
    assert ["generated", "templates", "studio"] == names(full, finder, swapper)
    for choice in ("generated", "templates", "studio"):
        assert [choice] == names(full.model_copy(update={"generator": choice}), finder, swapper)
    with pytest.raises(NoGenerator, match="MIEN_GENERATOR_URL"):
        names(bare.model_copy(update={"generator": "generated"}), finder, swapper)
    with pytest.raises(NoGenerator, match="MIEN_GENERATOR_WORKFLOW"):
        names(full.model_copy(update={"generator_kind": "comfyui"}), finder, swapper)
    lost = {"generator_kind": "comfyui", "generator_workflow": "/nowhere.json"}
    with pytest.raises(SetupError, match="cannot be read"):
        names(full.model_copy(update=lost), finder, swapper)
