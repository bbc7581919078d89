"""A stranger's first minute: from the wheel to a swapped picture, with nothing of this checkout."""

import os
import re
import sys
from time import perf_counter

from playwright.sync_api import expect

from browser.screens import DESK, Watch, browser, choose, moved, opened, swap
from cli.fresh import built, installed
from cli.running import serving

#: What a first try may take.
MINUTE_S = 60


def busy():
    """Whether this machine has more to do than processors; then the figure says little."""
    return os.getloadavg()[0] > (os.cpu_count() or 1)


def test_a_stranger_swaps_two_files_in_a_minute(tmp_path, pictures, record_property, capsys):
    """
    A new environment with the wheel, `mien serve`, the printed link, two files, one button: the result
    is there, without a complaint of the browser, a request to elsewhere, or anything that jumps.
    """
    with browser() as chromium:
        wheel = built(tmp_path)
        start = perf_counter()
        program = installed(wheel, tmp_path)
        with serving(tmp_path / "data", terminal=True, program=[str(program)]) as service:
            url = service.until_ready()
            ready_s = perf_counter() - start
            (link,) = re.findall(r"^http\S+#token=\S+$", service.said, re.MULTILINE)
            watch = Watch(url)
            page = opened(chromium.new_context(viewport=DESK), watch, link)
            choose(page, pictures.source, pictures.target)
            swap(page)
            took_s = perf_counter() - start
            result = page.get_by_role("img", name="Result of")
            expect(result).to_have_js_property("naturalWidth", 512)
            expect(result).to_have_js_property("naturalHeight", 600)
            jumped = moved(page)
            service.stop()

    record_property("took_s", round(took_s, 1))
    with capsys.disabled():
        sys.stdout.write(f" served after {ready_s:.1f} s, swapped after {took_s:.1f} s ")

    assert [] == watch.left(())
    assert [] == watch.strangers
    assert [] == jumped
    assert took_s < MINUTE_S or busy()
