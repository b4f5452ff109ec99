"""The groups and lines of a task in full."""

from tests.support.memory_deck import HOSTILE, NOW, make_detail, make_job, make_task
from tui.domain.status import TaskStatus
from tui.ui.present.timeline import Scale, axis, bar
from tui.ui.present.tree import MANY, Node, detail_nodes, json_nodes


def group(key: str, nodes: tuple[Node, ...]) -> Node:
    return next(node for node in nodes if node.key == key)


def below(node: Node) -> dict[str, str]:
    assert node.children
    return {n.label: n.value for n in node.children()}


def test_what_went_wrong_stands_first() -> None:
    nodes = detail_nodes(make_detail(), NOW)
    assert [n.key for n in nodes][:3] == ["status", "errors", "jobs"]
    assert below(nodes[0])["why"] == "S3 read: AccessDenied"


def test_a_group_that_the_platform_does_not_have_is_left_out() -> None:
    nodes = detail_nodes(make_detail(inputs=None, events=None, raw=None, more=None), NOW)
    assert not {"inputs", "events", "raw"} & {n.key for n in nodes}


def test_an_empty_group_says_so() -> None:
    assert group("outputs", detail_nodes(make_detail(), NOW)).value == "none produced"


def test_a_failed_job_is_unfolded_and_opens_as_a_job() -> None:
    jobs = group("jobs", detail_nodes(make_detail(), NOW))
    assert jobs.children
    merge = jobs.children()[-1]
    assert merge.unfolded
    assert merge.target is not None
    assert merge.target.job == "merge.chr7"
    assert below(merge)["where"] == "i-0a2f  c5.4xlarge"
    assert "exit 1" in merge.value
    assert "try 2" in merge.value


def test_long_lists_are_cut_and_the_rest_is_counted() -> None:
    inputs = group("inputs", detail_nodes(make_detail(inputs={"many": list(range(10_000))}), NOW))
    assert inputs.children
    many = inputs.children()[0]
    assert many.children
    lines = many.children()
    assert len(lines) == MANY + 1
    assert lines[-1].value == "9,500 more"


def test_r13_raw_json_is_cleaned_and_bad_json_is_said() -> None:
    line = json_nodes(b'{"a\\u001b": "\\u202e"}')[0]
    assert (line.label, line.value) == ("a\u241b", "\ufffd")
    assert json_nodes(b"[" * 100_000)[0].label == "not JSON"
    assert json_nodes(b"<html>")[0].tone == "warning"


def test_bars_have_their_width_and_show_the_failure_at_the_end() -> None:
    jobs = make_detail().jobs or ()
    scale = Scale.of(jobs, NOW)
    bars = [bar(job, scale, 30) for job in jobs]
    assert {len(b) for b in bars} == {30}
    assert bars[0].startswith("╌━")
    assert bars[3].endswith("━✗")
    assert len(axis(scale, 60)) == 60


def test_a_running_job_reaches_to_now_and_one_not_started_is_blank() -> None:
    running = make_job("r", 0, 0, TaskStatus.RUNNING)
    waiting = make_job("w", 0, 0, TaskStatus.QUEUED, started=None)
    scale = Scale.of([running, waiting], NOW)
    assert scale.last == NOW
    assert bar(running, scale, 10).endswith("━")
    assert bar(waiting, scale, 10).strip() == ""


def test_a_task_without_any_fact_has_a_tree() -> None:
    task = make_task(
        name=HOSTILE, created=None, started=None, ended=None, price=None, reason=None, errors=(), project=None, app=None
    )
    nodes = detail_nodes(make_detail(task, jobs=(), inputs={}, settings=None, price_breakdown=None, batch=None), NOW)
    assert below(group("about", nodes))["id"] == task.ref.id
