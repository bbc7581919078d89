"""What a file looks like when it is no picture that mien reads: for the sentence of the refusal."""

import re

#: The start of a file -> the words for it.
MAGICS = (
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"8BPS", "a Photoshop document"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\x00\x00\x01\x00", "a Windows icon"),
    (b"qoif", "a QOI picture"),
    (b"gimp xcf", "a GIMP document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"ID3", "an MP3 sound file"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "a FLAC sound file"),
    (b"FLV\x01", "a Flash video"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file"),
    (b"\x00\x00\x01\xba", "an MPEG programme stream"),
)
#: How much of a file is looked at for markup and for text.
GLANCE = 1024
SVG = re.compile(rb"<svg[\s>]|<!DOCTYPE\s+svg", re.IGNORECASE)
HTML = re.compile(rb"<!DOCTYPE\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<script[\s>]", re.IGNORECASE)
XML = re.compile(rb"\s*<\?xml")
#: Control characters that no text holds.
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def looks_like(data: bytes) -> str:
    """ "an HTML page", "a ZIP archive …"; empty when nothing comes to mind."""
    for magic, words in MAGICS:
        if data.startswith(magic):
            return words
    return _markup_or_text(data[:GLANCE].removeprefix(b"\xef\xbb\xbf"))


def _markup_or_text(glance: bytes) -> str:
    if SVG.search(glance):
        return "an SVG drawing"
    if HTML.search(glance):
        return "an HTML page"
    if XML.match(glance):
        return "an XML document"
    return "" if BINARY.search(glance) else "plain text"
