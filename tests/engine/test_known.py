"""A photo that is remembered gives the same picture as one that is read anew."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from mien.commands.known import KnownPhotos
from mien.commands.picsi import Picsi, PicsiRequest
from mien.media.limits import Limits


def file_of(pixels, form="PNG", **more):
    """A file of ``pixels``."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form, **more)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def photo(hopper):
    return file_of(hopper, "JPEG", quality=92)


@pytest.fixture(scope="module")
def targets(astronaut):
    """A plain one, one in greys, one with a profile."""
    grey = np.asarray(Image.fromarray(astronaut).convert("L"))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return {
        "plain": file_of(astronaut),
        "grey": file_of(grey),
        "profile": file_of(astronaut, icc_profile=srgb),
    }


@pytest.mark.parametrize("kind", ["plain", "grey", "profile"])
def test_the_result_is_the_same_to_the_last_byte(finder, swapper, photo, targets, kind):
    """
    On a target with colours of its own the photo is read again, since its face has to take them on.
    """
    forgetful = Picsi(finder=finder, swapper=swapper, limits=Limits())
    known = KnownPhotos(seconds=600)
    remembering = Picsi(finder=finder, swapper=swapper, limits=Limits(), known=known)
    remembering(PicsiRequest(source=photo, target=targets["plain"]))

    request = PicsiRequest(source=photo, target=targets[kind])
    expected, result = forgetful(request), remembering(request)

    assert 1 == len(known)
    assert expected.data == result.data
    assert expected.report.warnings == result.report.warnings


@pytest.mark.parametrize("kind", ["grey", "profile"])
def test_what_took_on_a_targets_colours_is_not_remembered(finder, swapper, photo, targets, kind):
    """
    The next target would get it in the wrong ones.
    """
    known = KnownPhotos(seconds=600)
    picsi = Picsi(finder=finder, swapper=swapper, limits=Limits(), known=known)
    picsi(PicsiRequest(source=photo, target=targets[kind]))

    assert 0 == len(known)
