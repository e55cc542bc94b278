#!/usr/bin/env python3
"""Ask the site for its first page; fails until it answers."""

import os
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

LISTEN, PORT = sys.argv[1], int(sys.argv[2])
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}


def get(path: str) -> tuple[int, str]:
    """Status and, of a redirect, where it leads."""
    # Straight to the site: an office's proxy does not know this machine.
    site = HTTPConnection(EVERYWHERE.get(LISTEN, LISTEN.strip("[]")), PORT, timeout=20)
    host = urlsplit(os.environ.get("BASE_URL", "")).netloc or f"127.0.0.1:{PORT}"
    site.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
    answer = site.getresponse()
    answer.read()
    return answer.status, answer.headers.get("Location", "")


def main() -> str | None:
    path = "/"
    for _redirect in range(5):
        status, location = get(path)
        if status == 200 or location.startswith("https:"):
            return None
        if not location.startswith("/"):
            break
        path = location
    return f"{path}: {status}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, HTTPException) as nobody_there:
        sys.exit(str(nobody_there))
