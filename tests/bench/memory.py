"""How a web worker grows: its memory after a thousand mixed requests over that after a hundred."""

import gc
from itertools import cycle, islice
from pathlib import Path

from django.test import Client

EARLY, LATE, LIMIT = 100, 1000, 1.05


def resident() -> int:
    """The memory of this process in kB, as Linux counts it."""
    gc.collect()
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    [line] = [line for line in lines if line.startswith("VmRSS:")]
    return int(line.split()[1])


def ratio(requests: list[tuple[Client, str]]) -> float:
    sizes = {}
    for number, (client, url) in enumerate(islice(cycle(requests), LATE), start=1):
        client.get(url)
        if number in (EARLY, LATE):
            sizes[number] = resident()
    return sizes[LATE] / sizes[EARLY]
