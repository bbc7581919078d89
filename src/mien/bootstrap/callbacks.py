"""What tells receivers about ended jobs."""

import time
from collections.abc import Mapping

from mien.bootstrap.store import Store
from mien.jobs.courier import Courier
from mien.jobs.deliveries import Deliver, RetryPlan
from mien.jobs.links import Links
from mien.jobs.model import Job
from mien.jobs.wire import job_wire
from mien.net.webhooks import new_secret, signed
from mien.settings import Settings


def build_courier(settings: Settings, store: Store, links: Links, *, base: str) -> Courier:
    """What calls back.

    Args:
        base: where receivers find the service: the beginning of links to results.
    """
    # TLS and the HTTP library take a tenth of a second, which only a service has.
    from mien.net.fetch import HttpPost, look_up  # noqa: PLC0415
    from mien.net.guard import Guard  # noqa: PLC0415

    def show(job: Job) -> Mapping[str, object]:
        return job_wire(job, links.linker(base, now_s=int(time.time())))

    guard = Guard(resolve=look_up, allow_private=settings.callback_allow_private)
    deliver = Deliver(
        store=store.deliveries,
        jobs=store.jobs,
        post=HttpPost(guard=guard),
        show=show,
        sign=signed,
        new_secret=new_secret,
        plan=RetryPlan(tries=settings.callback_tries),
    )
    return Courier(store=store.deliveries, deliver=deliver)
