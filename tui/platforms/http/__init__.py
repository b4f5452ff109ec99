"""The one way to a platform over HTTP. Only this folder imports httpx (R56)."""

from tui.platforms.call import Auth, Params
from tui.platforms.http.client import ApiClient
from tui.platforms.http.post import PostFailed, post
from tui.platforms.http.transports import asgi_transport, threaded_transport
from tui.platforms.verdict import Answer, Explain, Refusal

__all__ = [
    "Answer",
    "ApiClient",
    "Auth",
    "Explain",
    "Params",
    "PostFailed",
    "Refusal",
    "asgi_transport",
    "post",
    "threaded_transport",
]
