"""``--remote``: the same errands, carried out by a running service."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from pathlib import Path
from time import perf_counter

import click

from mien.cli.crew import Outcome, failed
from mien.cli.errand import MS_DIGITS, Errand, Told, format_of
from mien.cli.failures import one_line
from mien.cli.files import read_input, result_path, write_result
from mien.cli.pairs import Pair, Plan
from mien.cli.progress import Tell, silent
from mien.client import Client
from mien.client.client import UNFINISHED
from mien.commands.changebg import PHOTO
from mien.commands.picsi import SOURCE, TARGET
from mien.errors import MienError, SetupError
from mien.jobs.wire import JobWire
from mien.media.formats import Format
from mien.media.limits import Limits
from mien.media.probe import probe
from mien.settings import Settings

#: What a job that nobody works on yet is called, and one without a stage.
WAITS, WORKS = "waiting", "working"


def client_of(url: str, settings: Settings) -> Client:
    """A client of the service at ``url``.

    Raises:
        SetupError: nobody said with which token.
    """
    if not settings.token:
        raise SetupError(
            "A service wants a token: --token or MIEN_TOKEN says it, `mien tokens create` makes one."
        )
    return Client(url, settings.token)


def unheard(job_id: str) -> None:
    """What nobody wants to know."""


def carry_out_remotely(
    errand: Errand,
    client: Client,
    limits: Limits,
    *,
    tell: Tell = silent,
    begun: Callable[[str], object] = unheard,
) -> JobWire:
    """Have the service swap, and write the result; the job as the service shows it.

    Args:
        tell: hears of the job's stages.
        begun: hears the job's id, as soon as there is one.

    Raises:
        MienError: with the sentence for whoever asked; nothing was written then.
        click.UsageError: the result's extension is not the target's format, which a service keeps.
    """
    source = read_input(errand.source, field=SOURCE, max_bytes=limits.max_bytes)
    target = read_input(errand.target, field=TARGET, max_bytes=limits.max_bytes)
    _require_format(errand.format, target, errand.result, field=TARGET)
    # Not waited for in the call: what is to be seen of its progress comes as events.
    job = client.picsi(source, target, options=errand.options.text, wait_s=0)
    begun(job["jobid"])
    job = followed(client, job, tell)
    write_result(errand.path, client.result(job))
    return job


def change_remotely(
    photo: Path, description: str, result: Path, client: Client, limits: Limits, *, tell: Tell
) -> JobWire:
    """Have the service put another background into ``photo``, as `carry_out_remotely` swaps."""
    path, form = result_path(result), format_of(result)
    data = read_input(photo, field=PHOTO, max_bytes=limits.max_bytes)
    _require_format(form, data, str(result), field=PHOTO)
    job = followed(client, client.changebg(data, description, wait_s=0), tell)
    write_result(path, client.result(job))
    return job


def portraits_remotely(
    prompt: str, folder: Path, client: Client, *, tell: Tell
) -> tuple[list[str], JobWire]:
    """Have the service make portraits of a saved identity; the files that were written, and the job."""
    job = followed(client, client.headshot(prompt, wait_s=0), tell)
    # All are fetched before the first is written: there are none, or all.
    pictures = tuple(client.results(job))
    names = []
    for number, (picture, entry) in enumerate(zip(pictures, job["attachments"], strict=True), 1):
        path = folder / f"{number}{Path(entry['filename']).suffix}"
        write_result(result_path(path), picture)
        names.append(str(path))
    return names, job


def say_done(result: str, url: str, job: JobWire, *, as_json: bool) -> None:
    """Tell what became of it: the job to programs, a sentence to people."""
    if as_json:
        click.echo(json.dumps(job, indent=2))
    else:
        # Not on stdout where that is the result.
        click.echo(one_line(f"{result}: done by {url}."), err=not Path(result).is_file())


def followed(client: Client, job: JobWire, tell: Tell) -> JobWire:
    """The job at its end; ``tell`` hears of its stages. Whoever interrupts it cancels the job."""
    try:
        return _followed(client, job, tell)
    except KeyboardInterrupt:
        client.cancel(job["jobid"])
        raise


def _followed(client: Client, job: JobWire, tell: Tell) -> JobWire:
    if job["status"] not in UNFINISHED:
        return job
    for seen in client.progress(job["jobid"]):
        progress = seen.get("progress")
        if progress:
            tell(progress["stage"], progress["fraction"])
        elif seen["status"] in UNFINISHED:
            tell(WAITS if seen["status"] == "created" else WORKS, 0.0)
        else:
            return seen
    return client.wait(client.job(job["jobid"]))


def work_through_remotely(
    plans: Sequence[Plan], url: str, settings: Settings, *, jobs: int
) -> Iterator[Outcome]:
    """Have the service carry the plans out, ``jobs`` at a time; outcomes come as they are done.

    Whoever interrupts it cancels the jobs that have not ended.
    """
    yield from (failed(plan.pair, plan.error) for plan in plans if plan.error)
    waited_for: set[str] = set()
    with ThreadPoolExecutor(jobs) as pool:
        futures = [
            pool.submit(_sent, plan.pair, plan.errand, url, settings, waited_for)
            for plan in plans
            if plan.errand
        ]
        with ExitStack() as interrupted:
            # Threads are not interrupted: they end with their jobs.
            interrupted.callback(_cancel, waited_for, url, settings)
            interrupted.callback(pool.shutdown, wait=False, cancel_futures=True)
            for future in as_completed(futures):
                yield future.result()
            interrupted.pop_all()


def _cancel(job_ids: set[str], url: str, settings: Settings) -> None:
    with client_of(url, settings) as client, suppress(MienError):
        for job_id in tuple(job_ids):
            client.cancel(job_id)


def _sent(
    pair: Pair, errand: Errand, url: str, settings: Settings, waited_for: set[str]
) -> Outcome:
    """The outcome of one errand; ``waited_for`` has its job until it has ended."""
    start = perf_counter()
    try:
        with client_of(url, settings) as client:
            job = carry_out_remotely(errand, client, settings.limits, begun=waited_for.add)
        waited_for.discard(job["jobid"])
    except (MienError, click.UsageError, OSError, MemoryError) as error:
        return failed(pair, error)
    made = job["attachments"][0]
    took_ms = round((perf_counter() - start) * 1000, MS_DIGITS)
    told = Told(
        result=errand.result,
        width=made["width"],
        height=made["height"],
        job=job["jobid"],
        warnings=list(errand.options.warnings),
        ms={"service": took_ms},
    )
    return Outcome(pair=pair, told=told)


def _require_format(wanted: Format | None, data: bytes, result: str, *, field: str) -> None:
    kept = probe(data, field=field).format
    if wanted not in {None, kept}:
        raise click.UsageError(
            f"A service keeps the {field}'s format: call the result {Path(result).stem}{kept.extension}"
        )
