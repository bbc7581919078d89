"""From what a command gives back to what its job keeps."""

from mien.commands.picsi import PicsiResult
from mien.jobs.run import Outcome, ResultFile


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
