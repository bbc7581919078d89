"""Formats that Pillow writes in one call: PNG, WebP, AVIF."""

from PIL.PngImagePlugin import PngInfo

from mien.media.writers.canvas import Canvas

#: zlib: 90 ms at 1024 x 1024; 6 saves 3 % and takes twice as long, 1 is no faster and writes
#: drawings larger.
PNG_LEVEL = 2
#: 43 dB on portraits, like the other lossy constants; method 2 has the size of 4 in half the time.
WEBP_QUALITY, WEBP_METHOD = 92, 2
#: Effort for lossless WebP: 44 ms; more effort (170 ms) saves 8 %.
WEBP_LOSSLESS_METHOD, WEBP_EFFORT = 0, 20
#: 43 dB; speed 9 takes 37 ms where 8 takes 190, for 3 % more bytes.
AVIF_QUALITY, AVIF_SPEED = 85, 9
#: aom: the alpha plane without loss.
EXACT_ALPHA = {"alpha:cq-level": "0"}
XMP_KEYWORD = "XML:com.adobe.xmp"


def write_png(canvas: Canvas) -> bytes:
    """True colour or grey, 8 bits."""
    text = PngInfo()
    text.add_itxt(XMP_KEYWORD, canvas.mark.xmp)
    text.add_text("Software", canvas.mark.software)
    return canvas.saved(
        "PNG", compress_level=PNG_LEVEL, pnginfo=text, icc_profile=canvas.icc, dpi=canvas.dpi
    )


def write_webp(canvas: Canvas) -> bytes:
    """Without loss where the target was; alpha always without loss."""
    lossless = {"lossless": True, "method": WEBP_LOSSLESS_METHOD, "quality": WEBP_EFFORT}
    lossy = {"quality": WEBP_QUALITY, "method": WEBP_METHOD, "alpha_quality": 100}
    return canvas.saved(
        "WEBP",
        **(lossless if canvas.recipe.lossless else lossy),
        exact=True,
        icc_profile=canvas.icc,
        xmp=canvas.mark.xmp,
        exif=canvas.mark.exif,
    )


def write_avif(canvas: Canvas) -> bytes:
    """4:2:0 colour (grey without), alpha without loss."""
    return canvas.saved(
        "AVIF",
        quality=AVIF_QUALITY,
        speed=AVIF_SPEED,
        advanced=EXACT_ALPHA if canvas.alpha else None,
        icc_profile=canvas.icc,
        xmp=canvas.mark.xmp,
        exif=canvas.mark.exif,
    )
