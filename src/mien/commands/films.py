"""Videos that come and go as bytes: they lie in a workshop while they are swapped."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mien.commands.givers import Given
from mien.commands.picsi import PicsiRequest, PicsiResult, Report
from mien.commands.workshop import Workshop
from mien.media.probe import Seen

if TYPE_CHECKING:
    from mien.commands.video import SwapVideo

#: What a job says about its progress.
STAGE = "frames"


@dataclass(frozen=True, kw_only=True)
class Films:
    """`mien.commands.picsi.SwapsFilms` over a workshop.

    A worker that is killed leaves what it has done on a bench that the contents of the request name, so
    that the next one goes on there.
    """

    workshop: Workshop
    #: Builds the swap; FFmpeg's libraries are loaded when the first video comes.
    swap: "Callable[[], SwapVideo]"

    def __call__(
        self,
        request: PicsiRequest,
        seen: Seen,
        source: Given,
        *,
        check: Callable[[], None],
        tell: Callable[[str, float], None],
        before: Mapping[str, float],
    ) -> PicsiResult:
        """The video of ``request`` with ``source`` in it.

        Raises:
            InputError: as `mien.commands.video.SwapVideo`.
        """
        from mien.commands.video import VideoRequest  # noqa: PLC0415 - as `swap`

        key = hashlib.sha256(source.mark).hexdigest()
        with self.workshop.bench(
            request.target, source.mark, repr(request.options).encode()
        ) as bench:
            target = bench / f"target{seen.format.extension}"
            result = bench / "result"
            if not target.is_file() or target.stat().st_size != len(request.target):
                target.write_bytes(request.target)
            done = self.swap()(
                VideoRequest(
                    target=target,
                    result=result,
                    work=bench / "segments",
                    source_key=key,
                    begin=source.onto,
                    options=request.options.swap,
                    choice=request.choice,
                    format=seen.format,
                    result_format=request.format,
                ),
                check=check,
                tell=lambda frames, all_: tell(STAGE, frames / all_),
            )
            data = result.read_bytes()
        said = (*request.options.warnings, *source.warnings, *done.warnings)
        return PicsiResult(
            data=data,
            media_type=done.format.media_type,
            extension=done.format.extension,
            width=done.width,
            height=done.height,
            duration_s=done.duration_s,
            report=Report(
                faces_found=done.found,
                faces_swapped=done.swapped,
                warnings=tuple(dict.fromkeys(said)),
                ms=MappingProxyType({**before, **done.ms}),
            ),
        )
