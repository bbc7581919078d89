"""A diffusion pipeline with random weights, built here: no download, and no likeness to anything."""

import io

import pytest
from PIL import Image

from mien.commands.generated import Brief
from mien.errors import LeaseLost, SetupError
from mien.models.diffusion import MISSING, DiffusionPictures, sized

BRIEF = Brief(text="a king", negative="green", width=1024, height=1280, seed=7)
#: Characters of the tokenizer: every printable one of ASCII.
LETTERS = [chr(code) for code in range(33, 127)]


def go_on():
    """Never stop."""


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="needs the extra mien[diffusion]: torch, diffusers")


@pytest.fixture(scope="module")
def folder(torch, tmp_path_factory):
    """A Stable Diffusion of a few thousand random numbers, saved as such models are."""
    diffusers = pytest.importorskip("diffusers", reason="needs the extra mien[diffusion]")
    transformers = pytest.importorskip("transformers", reason="needs the extra mien[diffusion]")
    torch.manual_seed(0)
    home = tmp_path_factory.mktemp("model")
    pipeline = diffusers.StableDiffusionPipeline(
        unet=diffusers.UNet2DConditionModel(
            sample_size=64,
            block_out_channels=(8, 16),
            layers_per_block=1,
            norm_num_groups=4,
            cross_attention_dim=16,
            attention_head_dim=4,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        ),
        vae=diffusers.AutoencoderKL(
            block_out_channels=(8, 16),
            norm_num_groups=4,
            down_block_types=("DownEncoderBlock2D", "DownEncoderBlock2D"),
            up_block_types=("UpDecoderBlock2D", "UpDecoderBlock2D"),
        ),
        text_encoder=transformers.CLIPTextModel(
            transformers.CLIPTextConfig(
                vocab_size=2 * len(LETTERS) + 2,
                hidden_size=16,
                intermediate_size=16,
                num_hidden_layers=1,
                num_attention_heads=2,
                bos_token_id=2 * len(LETTERS),
                eos_token_id=2 * len(LETTERS) + 1,
            )
        ),
        tokenizer=tokenizer(transformers, home),
        scheduler=diffusers.DDIMScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(home / "tiny")
    return home / "tiny"


def tokenizer(transformers, home):
    """CLIP's, with a word for each letter."""
    import json  # noqa: PLC0415

    words = [*LETTERS, *(f"{letter}</w>" for letter in LETTERS), "<|startoftext|>", "<|endoftext|>"]
    vocabulary, merges = home / "vocab.json", home / "merges.txt"
    vocabulary.write_text(json.dumps({word: number for number, word in enumerate(words)}))
    merges.write_text("#version: 0.2\n")
    return transformers.CLIPTokenizer(str(vocabulary), str(merges), model_max_length=77)


@pytest.mark.filterwarnings("ignore")
def test_a_model_in_a_folder_makes_pictures(folder):
    """
    A PNG in the wanted ratio with as many pixels as the model was made for; the seed gives the same one.
    """
    paint = DiffusionPictures(model=str(folder), steps=2)
    first, again = (paint(BRIEF, check=go_on) for _ in range(2))
    with Image.open(io.BytesIO(first)) as picture:
        size = picture.size

    assert first == again
    assert size[0] % 8 == 0
    assert 0.6 < size[0] / size[1] < 1


@pytest.mark.filterwarnings("ignore")
def test_a_cancelled_job_stops_between_steps(folder):
    """
    What `check` raises ends the picture.
    """
    calls = []

    def check():
        calls.append(1)
        if len(calls) == 3:
            raise LeaseLost("cancelled")

    with pytest.raises(LeaseLost):
        DiffusionPictures(model=str(folder), steps=20)(BRIEF, check=check)
    assert 3 == len(calls)


@pytest.mark.filterwarnings("ignore")
def test_what_is_no_model_is_said(torch, tmp_path):
    """
    An empty folder: a sentence for the operator.
    """
    with pytest.raises(SetupError, match="cannot be loaded"):
        DiffusionPictures(model=str(tmp_path))(BRIEF, check=go_on)


def test_without_the_extra_it_is_named(monkeypatch):
    """
    Nothing is imported before a picture is wanted; then the sentence says what to install.
    """
    import sys  # noqa: PLC0415

    monkeypatch.setitem(sys.modules, "torch", None)
    paint = DiffusionPictures(model="somewhere")

    with pytest.raises(SetupError) as refused:
        paint(BRIEF, check=go_on)
    assert MISSING == str(refused.value)


def test_sizes_keep_the_ratio_and_the_model_s_area():
    """
    Multiples of 8.
    """
    assert (456, 576) == sized(BRIEF, 512)
    assert (1024, 1024) == sized(Brief(text="", negative="", width=9, height=9, seed=0), 1024)
