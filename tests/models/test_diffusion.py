"""Diffusion pipelines with random weights, built here: no download, and no likeness to anything."""

import io

import pytest
from PIL import Image

from mien.commands.generated import Brief
from mien.errors import LeaseLost, SetupError
from mien.models.diffusion import MISSING, DiffusionPictures, precision_of, sized

BRIEF = Brief(text="a king", negative="green", width=1024, height=1280, seed=7)
#: Characters of the tokenizer: every printable one of ASCII.
LETTERS = [chr(code) for code in range(33, 127)]


def go_on():
    """Never stop."""


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="needs the extra mien[diffusion]: torch, diffusers")


@pytest.fixture(scope="module", params=["stable diffusion", "xl", "flux"])
def folder(request, torch, tmp_path_factory):
    """A model of a few thousand random numbers, saved as such models are."""
    diffusers = pytest.importorskip("diffusers", reason="needs the extra mien[diffusion]")
    transformers = pytest.importorskip("transformers", reason="needs the extra mien[diffusion]")
    torch.manual_seed(0)
    home = tmp_path_factory.mktemp("model")
    build = {"stable diffusion": stable_diffusion, "xl": xl, "flux": flux}[request.param]
    build(diffusers, transformers, tokenizer(transformers, home)).save_pretrained(home / "tiny")
    return home / "tiny"


def stable_diffusion(diffusers, transformers, words):
    return diffusers.StableDiffusionPipeline(
        unet=unet(diffusers, cross_attention_dim=16),
        vae=pictures_to_latents(diffusers),
        text_encoder=reader(transformers, transformers.CLIPTextModel),
        tokenizer=words,
        scheduler=diffusers.DDIMScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def xl(diffusers, transformers, words):
    return diffusers.StableDiffusionXLPipeline(
        unet=unet(
            diffusers,
            cross_attention_dim=32,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            # Six numbers on the picture's size, and the second encoder's summary.
            projection_class_embeddings_input_dim=6 * 8 + 16,
            use_linear_projection=True,
        ),
        vae=pictures_to_latents(diffusers),
        text_encoder=reader(transformers, transformers.CLIPTextModel),
        text_encoder_2=reader(transformers, transformers.CLIPTextModelWithProjection),
        tokenizer=words,
        tokenizer_2=words,
        scheduler=diffusers.EulerDiscreteScheduler(),
        add_watermarker=False,
    )


def flux(diffusers, transformers, words):
    return diffusers.FluxPipeline(
        transformer=diffusers.FluxTransformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            pooled_projection_dim=16,
            axes_dims_rope=(4, 4, 8),
        ),
        vae=pictures_to_latents(diffusers, shift_factor=0.1),
        text_encoder=reader(transformers, transformers.CLIPTextModel),
        text_encoder_2=transformers.T5EncoderModel(
            transformers.T5Config(
                vocab_size=512, d_model=16, d_ff=16, d_kv=8, num_layers=1, num_heads=2
            )
        ),
        tokenizer=words,
        tokenizer_2=words,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
    )


def unet(diffusers, **more):
    return diffusers.UNet2DConditionModel(
        sample_size=64,
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        attention_head_dim=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        **more,
    )


def pictures_to_latents(diffusers, **more):
    return diffusers.AutoencoderKL(
        block_out_channels=(8, 16),
        norm_num_groups=4,
        down_block_types=("DownEncoderBlock2D", "DownEncoderBlock2D"),
        up_block_types=("UpDecoderBlock2D", "UpDecoderBlock2D"),
        **more,
    )


def reader(transformers, kind):
    """A text encoder of that ``kind``."""
    return kind(
        transformers.CLIPTextConfig(
            vocab_size=2 * len(LETTERS) + 2,
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            projection_dim=16,
            bos_token_id=2 * len(LETTERS),
            eos_token_id=2 * len(LETTERS) + 1,
        )
    )


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
    assert len(set(first_pixels(first))) > 1
    assert size[0] % 8 == 0
    assert 0.6 < size[0] / size[1] < 1


def first_pixels(png):
    """Some of its values: a picture that numbers out of range have made is black."""
    return Image.open(io.BytesIO(png)).tobytes()[:3000]


@pytest.mark.parametrize(
    ("parts", "device", "precision"),
    [
        ({"unet", "vae"}, "cpu", "float32"),
        ({"transformer", "vae"}, "cpu", "float32"),
        ({"unet", "vae"}, "cuda", "float16"),
        ({"transformer", "vae"}, "cuda", "bfloat16"),
        ({"transformer", "vae"}, "mps", "bfloat16"),
    ],
)
def test_numbers_are_as_wide_as_the_model_needs(parts, device, precision):
    """
    What was trained in bfloat16 leaves the range of float16, and its pictures come out black.
    """
    assert precision == precision_of(parts, device)


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
