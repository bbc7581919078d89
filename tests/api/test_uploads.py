"""Forms from the wire: what counts as a file, what is absent, and where reading stops."""

import asyncio
from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from fastapi import Request
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.api.uploads import Form, FormLimits, Intake, read_form
from mien.errors import BadRequest, Busy, TooLarge

FILES = (("source_image",), ("target_image_gif_or_video",))
SMALL = FormLimits(max_file_bytes=1000, max_text_bytes=100, max_parts=5, overhead_bytes=2000)
BOUNDARY = "sEpArAtOr"


def part(name: str, content: bytes, extra: str = "") -> bytes:
    """One part of a form; ``extra`` goes into its Content-Disposition."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def file_part(name: str, content: bytes) -> bytes:
    """One part as a browser sends a Blob."""
    return part(name, content, '; filename="blob"')


def form_of(*parts: bytes) -> bytes:
    """A whole body."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def read(
    chunks: Iterable[bytes],
    *,
    limits: FormLimits = SMALL,
    content_type: str = f"multipart/form-data; boundary={BOUNDARY}",
    length: int | None = None,
    after: Callable[[int], None] = lambda _: None,
    intake: Intake | None = None,
) -> Form:
    """Run ``read_form`` over a body that arrives in ``chunks``; ``after`` counts those taken."""
    waiting = list(chunks)
    taken = 0

    async def receive() -> dict[str, object]:
        nonlocal taken
        taken += 1
        after(taken)
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    headers = [(b"content-type", content_type.encode())]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    scope = {"type": "http", "method": "POST", "headers": headers}
    with (intake or Intake(1_000_000)).portion() as portion:
        return asyncio.run(
            read_form(Request(scope, receive), files=FILES, limits=limits, portion=portion)
        )


def test_a_part_with_a_file_name_is_a_file_and_one_without_is_text() -> None:
    """The file name decides, as in the clients of the contract; the declared type does not."""
    body = form_of(file_part("source_image", b"\x00\xff"), part("options", b"-m"))

    form = read([body])

    assert {"source_image": b"\x00\xff"} == form.files
    assert {"options": "-m"} == form.texts


def test_an_extended_file_name_alone_makes_a_file() -> None:
    """Old clients send a name that is not ASCII as `filename*=` without a plain one."""
    body = form_of(part("source_image", b"x", "; filename*=utf-8''%C3%A9.png"))

    assert {"source_image": b"x"} == read([body]).files


def test_an_empty_part_is_absent() -> None:
    """An empty field counts as not sent, text or file."""
    body = form_of(part("channel", b""), file_part("source_image", b""))

    form = read([body])

    assert form.text("channel") is None
    assert {} == form.files


def test_of_two_parts_with_one_name_the_first_that_is_not_empty_counts() -> None:
    """`FormData.get` of the original reads the first one."""
    body = form_of(part("options", b""), part("options", b"-m"), part("options", b"-f"))

    assert "-m" == read([body]).text("options")


def test_a_file_that_no_operation_asked_for_is_not_kept() -> None:
    """Unknown fields are ignored, whatever they hold."""
    body = form_of(file_part("selfie", b"12345"), part("options", b"-m"))

    form = read([body])

    assert {} == form.files
    assert "-m" == form.text("options")


def test_text_that_is_no_utf8_is_still_text() -> None:
    """A wrong byte becomes U+FFFD; it is no reason to fail."""
    assert "a\ufffd" == read([form_of(part("replyRef", b"a\xff"))]).text("replyRef")


def test_a_picture_sent_as_text_is_present_but_cut() -> None:
    """python-requests `(None, bytes)`: the field exists, is no file, and is not kept whole."""
    body = form_of(part("source_image", b"x" * 1500))

    form = read([body])

    assert 100 == len(form.text("source_image") or "")
    assert {} == form.files


@settings(max_examples=60, deadline=None)
@given(
    content=st.binary(min_size=1, max_size=300),
    cuts=st.lists(st.integers(min_value=1, max_value=700), max_size=12),
)
def test_where_the_network_cuts_a_form_does_not_matter(content: bytes, cuts: list[int]) -> None:
    """Any chunking of a body gives the same form, byte for byte."""
    body = form_of(file_part("source_image", content), part("options", "-m é".encode()))
    edges = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    chunks = [body[a:b] for a, b in pairwise(edges)]

    form = read(chunks)

    assert {"source_image": content} == form.files
    assert {"options": "-m é"} == form.texts


def test_a_file_of_exactly_the_limit_is_kept() -> None:
    """The limit itself is allowed."""
    assert 1000 == len(
        read([form_of(file_part("source_image", b"x" * 1000))]).files["source_image"]
    )


def test_one_byte_over_the_limit_names_field_value_and_limit() -> None:
    """1,001 bytes are refused where 1,000 are allowed."""
    with pytest.raises(TooLarge, match="source_image") as caught:
        read([form_of(file_part("source_image", b"x" * 1001))])

    assert "source_image" == caught.value.field
    assert {"name": "bytes", "value": 1001, "limit": 1000} == caught.value.details


def test_reading_stops_soon_after_the_limit() -> None:
    """A file of 100 chunks with room for 10 is refused in the 11th, not at its end."""
    taken: list[int] = []
    head = part("source_image", b"", '; filename="x"')[:-2]
    chunks = [head, *[b"x" * 100] * 100, form_of()]

    with pytest.raises(TooLarge):
        read(chunks, after=taken.append)

    assert 12 == len(taken)


def test_a_body_that_declares_too_much_is_refused_unread() -> None:
    """Content-Length over the limit of the whole body: not one byte is asked for."""
    taken: list[int] = []

    with pytest.raises(TooLarge) as caught:
        read([b""], length=4001, after=taken.append)

    assert [] == taken
    assert {"name": "bytes", "value": 4001, "limit": 4000} == caught.value.details


def test_a_body_that_lies_about_its_length_is_counted() -> None:
    """Fields that nobody keeps still count towards the limit of the body."""
    body = form_of(part("a", b"x" * 3000), part("b", b"x" * 2000))

    with pytest.raises(TooLarge) as caught:
        read([body[i : i + 500] for i in range(0, len(body), 500)], length=10)

    assert "body" == caught.value.field


def test_too_many_fields_are_refused() -> None:
    """A form of thousands of tiny parts stops at the limit of parts."""
    with pytest.raises(TooLarge, match="more than 5 fields"):
        read([form_of(*[part("a", b"x")] * 6)])


@pytest.mark.parametrize(
    "body",
    [
        b"this is no form",
        b"--" + BOUNDARY.encode() + b"\r\n\x00\x01: x\r\n\r\nx",
        form_of(part("options", b"-m"))[:-20],
        b"",
        part("x", b"y").replace(b'name="x"', b"") + f"--{BOUNDARY}--".encode(),
    ],
)
def test_a_broken_form_is_the_callers_error(body: bytes) -> None:
    """What is no multipart body is refused with a sentence, never with a crash."""
    with pytest.raises(BadRequest) as caught:
        read([body])

    assert "body" == caught.value.field


def test_a_form_without_a_boundary_is_refused() -> None:
    """The content type promises a form but does not say where its parts begin."""
    with pytest.raises(BadRequest, match="boundary"):
        read([b"x"], content_type="multipart/form-data")


@pytest.mark.parametrize("content_type", ["application/json", "", "text/plain; charset=utf-8"])
def test_another_content_type_is_an_empty_form_that_says_so(content_type: str) -> None:
    """A JSON body holds no field of a form; the note tells what was expected."""
    form = read([b'{"source_image": "x"}'], content_type=content_type)

    assert {} == form.files
    assert "must be multipart/form-data" in form.note


def test_a_url_encoded_form_holds_texts() -> None:
    """`curl -d source_image=x` sends text in a file field, and is told so later."""
    form = read([b"source_image=x&options=%2Dm"], content_type="application/x-www-form-urlencoded")

    assert {"source_image": "x", "options": "-m"} == form.texts


def test_a_form_that_does_not_fit_beside_others_is_sent_away() -> None:
    """Memory is a number too: the caller is told to come back, and reading stops."""
    body = form_of(file_part("source_image", b"x" * 500))
    intake = Intake(most=1000)
    with intake.portion() as other:
        other.add(700)
        with pytest.raises(Busy) as caught:
            read([body[:200], body[200:]], intake=intake)

        assert caught.value.retry_after_s > 0
        assert 700 == intake.held

    assert {"source_image"} == set(read([body], intake=intake).files)
    assert 0 == intake.held
