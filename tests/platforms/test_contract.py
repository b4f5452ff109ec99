"""Every adapter keeps the contract."""

import pytest

from tests.platforms.contract import AdapterContract, Case, Desk, ShellDesk

CASES = (
    Case(
        "sevenbridges", "cgc",
        "HasChildren HasChildrenByStatus CanFilter HasJobs HasLogs HasOutputs HasSkew CanRun CanAbort CanRerun "
        "CanRerunFailed CanClone CanRename CanDelete CanSubmit",
    ),
    Case(
        "qarnot", "lab",
        "HasChildren HasGroups HasProjectNames CanFilter HasJobs HasLogs HasSkew CanAbort CanRerun CanRerunFailed "
        "CanClone CanTag CanRetry CanResume CanRecover CanDelete CanSubmit",
    ),
    Case(
        "et-engine", "et",
        "HasChildren HasJobs HasLogs HasOutputs HasSkew CanRerun CanRerunFailed CanForget CanSubmit",
    ),
)  # fmt: skip


class TestEveryAdapter(AdapterContract):
    @pytest.fixture(params=CASES, ids=lambda case: case.platform)
    def desk(self, request: pytest.FixtureRequest) -> Desk:
        return Desk(request.param)


SLURM = Case(
    "slurm", "hpc",
    "HasChildren HasChildrenByStatus HasJobs HasLogs HasPace CanAbort CanRerun CanRerunFailed CanRename CanHold "
    "CanRequeue CanAlter CanSubmit",
    unknown="99999999", alters={"limit": "1"},
)  # fmt: skip


class TestCommands(AdapterContract):
    """The platform that is reached by commands."""

    @pytest.fixture
    def desk(self) -> ShellDesk:
        return ShellDesk(SLURM)
