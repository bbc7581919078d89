"""From what a command gives back to what its job keeps."""

import zlib
from collections.abc import Iterable

from mien.commands.headshot import Account
from mien.commands.picsi import PicsiResult
from mien.jobs.model import Job
from mien.jobs.run import Outcome, ResultFile
from mien.media.pictures import Encoded


def swapped(result: PicsiResult) -> Outcome:
    """The outcome of a swap: its picture, its warnings as the message, all else as the report."""
    report = result.report
    file = ResultFile(
        data=result.data,
        media_type=result.media_type,
        extension=result.extension,
        width=result.width,
        height=result.height,
        duration_s=result.duration_s,
    )
    return Outcome(
        files=(file,),
        message=" ".join(report.warnings),
        report={
            "faces_found": report.faces_found,
            "faces_swapped": report.faces_swapped,
            "warnings": list(report.warnings),
            "ms": dict(report.ms),
        },
    )


def portraits(pictures: Iterable[Encoded], account: Account) -> Outcome:
    """The outcome of portraits: what had no effect as the message, all else as the report."""
    files = tuple(
        ResultFile(
            data=one.data,
            media_type=one.format.media_type,
            extension=one.format.extension,
            width=one.width,
            height=one.height,
        )
        for one in pictures
    )
    return Outcome(
        files=files,
        message=" ".join((f"[seed: {account.seed}]", *account.sentences)),
        report={
            "generator": account.generator,
            "seed": account.seed,
            "unheard": list(account.unheard),
            "warnings": list(account.warnings),
            "ms": dict(account.ms),
        },
    )


def seed_of(job: Job) -> int:
    """A seed for who asked for none: the same for every attempt at ``job``."""
    return zlib.crc32(job.id.encode())
