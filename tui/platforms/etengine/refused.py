"""Tells a wrong address from a refused key: ET Engine answers both with 401 (section 3 of the contract)."""

from urllib.parse import urlsplit

from tui.domain.errors import AuthRefused, NoSuchApi, PlatformError
from tui.platforms.http import ApiClient

__all__ = ["told_apart"]

_NOTHING = "/taskdeck"
"""One segment that names no resource. Directly below the API it is a page that is not there (404), whatever the key is;
further down it is one of the paths that 401 answers."""
_VERSION = "/v1"
"""What every address of an API ends with, unless it has no path."""


async def told_apart(client: ApiClient, error: AuthRefused) -> PlatformError:
    """What a 401 on the first call to an account means. One call more, below the same base."""
    try:
        await client.get(_NOTHING, doing=error.doing)
    except AuthRefused:
        return _without_page(client.url, error)
    except PlatformError:  # 404: the address is right; anything else proves nothing
        pass
    return error


def _without_page(url: str, error: AuthRefused) -> PlatformError:
    """No page is missing there: the address is wrong, or a gateway in front of the API asks for the key first."""
    path = urlsplit(url).path
    if path in {"", _VERSION}:
        return error
    if not path.endswith(_VERSION):
        why = f"no such API at {url}; look at `url` in the configuration, and then at the token"
        return NoSuchApi(error.account, error.doing, why, status=error.status)
    why = f"{error.why} (said of the token, or because there is no API at {url}: look at `url` too)"
    return AuthRefused(error.account, error.doing, why, status=error.status, request_id=error.request_id)
