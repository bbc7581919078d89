"""The mark that says "this was altered": pure functions from a version to bytes.

IPTC's digital source type is the vocabulary that the EU's AI Act guidance, C2PA and the platforms
read. It stands in an XMP packet; the software's name stands beside it, in EXIF or text, where the
format has a place for it. Nothing here can be turned off by a caller.
"""

import struct
from dataclasses import dataclass

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    Iptc4xmpExt:DigitalSourceType="{source_type}"
    xmp:CreatorTool="{tool}"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""

#: EXIF: tag 305 (Software), type 2 (ASCII).
SOFTWARE, ASCII = 0x0131, 2
#: Header, number of entries, one entry, offset of the next directory.
EXIF_TEXT_AT = 8 + 2 + 12 + 4

GIF_SCREEN = 13
GIF_FLAGS_AT = 10
#: Application extension, 11 bytes of name and authentication code.
GIF_XMP = b"\x21\xff\x0bXMP DataXMP"
#: The packet is no chain of sub-blocks; whatever byte of it a reader takes for a block's length,
#: this ramp leads it to the end (Adobe's XMP specification, part 3, GIF).
GIF_TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The mark of one version of mien, in the forms that the formats take."""

    #: "mien 0.1.0".
    software: str
    #: XMP packet, UTF-8.
    xmp: bytes
    #: EXIF block with the software's name and nothing else, with its prefix.
    exif: bytes


def mark(version: str) -> Mark:
    """The mark that results of ``version`` carry."""
    software = f"mien {version}"
    return Mark(software=software, xmp=xmp_packet(software), exif=exif_block(software))


def xmp_packet(tool: str) -> bytes:
    """An XMP packet with the source type and the tool's name."""
    return PACKET.format(source_type=SOURCE_TYPE, tool=tool).encode()


def exif_block(software: str) -> bytes:
    """An EXIF block (little-endian) with one tag: Software."""
    text = software.encode("ascii") + b"\0"
    entry = struct.pack("<HHII", SOFTWARE, ASCII, len(text), EXIF_TEXT_AT)
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0) + text


def gif_with_xmp(data: bytes, packet: bytes) -> bytes:
    """``data`` (a GIF) with an XMP application extension in front of its first block."""
    flags = data[GIF_FLAGS_AT]
    table = 3 << ((flags & 0x07) + 1) if flags & 0x80 else 0
    at = GIF_SCREEN + table
    return b"GIF89a" + data[6:at] + GIF_XMP + packet + GIF_TRAILER + data[at:]
