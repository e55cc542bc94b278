"""Addresses of many pages at once: Django takes as long for each as for a small query."""

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse


def address(page: str, *args: Any) -> str:
    """The address of a page; those last asked for are known by heart."""
    return _known(get_script_prefix(), page, *args)


def below(page: str) -> str:
    """The address below which lie the pages of this name, each by its key and a slash."""
    return address(page, 0).removesuffix("0/")


@lru_cache(1000)
def _known(_prefix: str, page: str, *args: Any) -> str:
    return reverse(page, args=args)
