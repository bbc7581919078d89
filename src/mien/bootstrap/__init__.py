"""Builds the objects of the product from the settings; the only place that knows every class.

What only some need is imported where it is built: `mien tokens` does not wait for the models.
"""

from mien.bootstrap.desk import Desk, open_desk
from mien.bootstrap.engine import (
    build_engine,
    build_films,
    build_picsi,
    build_swapper,
    build_video,
)
from mien.bootstrap.portraits import build_changebg, build_headshot, open_templates
from mien.bootstrap.room import Health
from mien.bootstrap.service import FirstStart, Service, build_service
from mien.bootstrap.worker import Shelves, build_run_job, open_shelves

__all__ = [
    "Desk",
    "FirstStart",
    "Health",
    "Service",
    "Shelves",
    "build_changebg",
    "build_engine",
    "build_films",
    "build_headshot",
    "build_picsi",
    "build_run_job",
    "build_service",
    "build_swapper",
    "build_video",
    "open_desk",
    "open_shelves",
    "open_templates",
]
