"""A Seven Bridges account of any size that answers in microseconds, as an ASGI application: lists, bulk, actions."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

__all__ = ["Small"]

_WINDOW = timedelta(minutes=5)


class Small:
    """Rows by id, newest first. The first `active` run, the others are done; every tenth of those failed."""

    def __init__(self, now: Callable[[], datetime], token: str, rows: int, active: int, limit: int) -> None:
        self.now = now
        self.token = token
        self.rows: dict[str, dict[str, Any]] = {}
        self.limit = limit
        self._used = 0
        self._resets: datetime | None = None
        self.refused = 0
        """Answers 429."""
        self.ledger: list[tuple[str, str]] = []
        """Changes executed: verb and id."""
        for number in range(rows):
            status = "RUNNING" if number < active else "FAILED" if number % 10 == 3 else "COMPLETED"
            self.add(f"t{number:05}", status, number)

    def add(self, id_: str, status: str, age: int = 0, **fields: Any) -> None:
        """Put a row on top of the list."""
        start = self.start - timedelta(minutes=age)
        self.rows[id_] = {
            "id": id_, "name": f"task {id_}", "status": status, "project": "u/p", "app": "u/p/star/3",
            "created_by": "u", "created_time": self._text(start),
            "start_time": None if status == "DRAFT" else self._text(start),
            "end_time": self._text(start + timedelta(minutes=9)) if status in {"COMPLETED", "FAILED"} else None,
        } | fields  # fmt: skip

    start = datetime.fromisoformat("2026-11-24T16:00:00+00:00")

    @staticmethod
    def _text(time: datetime) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = dict(scope["headers"])
        path = scope["path"].split("/v2/", 1)[1].split("/")
        query = {k: v[0] for k, v in parse_qs(scope["query_string"].decode()).items()}
        extra: dict[str, str] = {}
        if headers.get(b"x-sbg-auth-token") != self.token.encode():
            status, answer = 401, {"message": "no such token"}
        elif not self._take():
            self.refused += 1
            status, answer = 429, {"message": "too many requests"}
        else:
            status, answer = self._answer(scope["method"], path, query, body, extra)
        assert self._resets is None or self._used <= self.limit
        extra |= {
            "x-ratelimit-limit": str(self.limit), "x-ratelimit-remaining": str(self.limit - self._used),
            "x-ratelimit-reset": str(int((self._resets or self.now()).timestamp())), "content-type": "application/json",
            "date": self.now().strftime("%a, %d %b %Y %H:%M:%S GMT"),
        }  # fmt: skip
        raw = [(k.encode(), v.encode()) for k, v in extra.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def spend(self) -> None:
        """Others use the window up."""
        self._take()
        self._used = self.limit

    def _take(self) -> bool:
        now = self.now()
        if self._resets is None or now >= self._resets:
            self._resets, self._used = now + _WINDOW, 0
        if self._used >= self.limit:
            return False
        self._used += 1
        return True

    def _answer(
        self, method: str, path: list[str], query: dict[str, str], body: bytes, extra: dict[str, str]
    ) -> tuple[int, Any]:
        match method, path:
            case "GET", ["tasks"] if query.get("parent") not in {None, *self.rows}:
                return 404, {"message": "there is no such batch"}
            case "GET", ["tasks"]:
                rows = [r for r in reversed(self.rows.values()) if r.get("parent") == query.get("parent")]
                rows = [r for r in rows if query.get("status") in {None, r["status"]}]
                rows.sort(key=lambda r: str(r["created_time"]), reverse=True)
                extra["x-total-matching-query"] = str(len(rows))
                at = int(query["offset"])
                return 200, {"items": rows[at : at + int(query["limit"])], "links": []}
            case "GET", ["user"]:
                return 200, {"username": "u"}
            case "POST", ["bulk", "tasks", "get"]:
                items = [
                    {"resource": self.rows[i]} if i in self.rows else {"error": {"status": 404, "code": 7004}}
                    for i in json.loads(body)["task_ids"]
                ]
                return 200, {"items": items}
            case _, ["tasks", id_, *_] if id_ not in self.rows:
                return 404, {"message": "there is no such task"}
            case "GET", ["tasks", id_]:
                return 200, self.rows[id_]
            case "POST", ["tasks", id_, "actions", verb]:
                return self._act(verb, self.rows[id_], query)
            case "DELETE", ["tasks", id_]:
                self.ledger.append(("delete", id_))
                del self.rows[id_]
                return 204, {}
        return 200, {"items": []}

    def _act(self, verb: str, row: dict[str, Any], query: dict[str, str]) -> tuple[int, Any]:
        self.ledger.append((verb, row["id"]))
        if verb == "clone":
            new = f"c{len(self.rows)}"
            self.add(new, "QUEUED" if query.get("action") == "run" else "DRAFT")
            return 201, self.rows[new]
        if verb == "abort" and row["status"] not in {"RUNNING", "QUEUED"}:
            return 409, {"message": "only what runs can be aborted"}
        row["status"] = "ABORTED" if verb == "abort" else "QUEUED"
        return 200, row
