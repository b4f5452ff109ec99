"""Every adapter keeps the contract."""

import pytest

from tests.platforms.contract import AdapterContract, Case, Desk

CASES = (
    Case(
        "sevenbridges", "cgc",
        "HasChildren HasChildrenByStatus CanFilter HasJobs HasLogs CanRun CanAbort CanRerun "
        "CanRerunFailed CanClone CanRename CanDelete",
    ),
    Case(
        "qarnot", "lab",
        "HasChildren HasGroups HasProjectNames CanFilter HasJobs HasLogs CanAbort CanRerun CanRerunFailed CanClone "
        "CanTag CanRetry CanResume CanRecover CanDelete",
    ),
    Case("et-engine", "et", "HasChildren HasJobs HasLogs CanRerun CanRerunFailed CanForget"),
)  # fmt: skip


class TestEveryAdapter(AdapterContract):
    @pytest.fixture(params=CASES, ids=lambda case: case.platform)
    def desk(self, request: pytest.FixtureRequest) -> Desk:
        return Desk(request.param)
