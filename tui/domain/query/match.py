"""A tree of nodes to a predicate over tasks: closures that read as little of a task as they can."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tui.domain.query.fields import FLAGS, Context, Field, Type, lookup, reader
from tui.domain.query.judge import GROUPS, TESTS, Test, loose_test, text_test
from tui.domain.query.nodes import And, Compare, Flag, Fuzzy, Labels, Moment, Node, Not, Op, Or, Reference, Regex, Word
from tui.domain.status import TaskStatus
from tui.domain.task import Task

__all__ = ["Predicate", "haystack", "matcher", "words_in"]

Predicate = Callable[[Task], bool]

_IDS = frozenset({"id", "batch", "parent"})
_WORDS = ("status", "account", "platform", "native")


def matcher(node: Node, context: Context) -> Predicate:
    """Whether a task matches. A comparison with a missing value is false, its negation true."""
    match node:
        case And(nodes):
            return _every([matcher(n, context) for n in sorted(nodes, key=_effort)])
        case Or(nodes):
            return _either([matcher(n, context) for n in nodes])
        case Not(inner):
            positive = matcher(inner, context)
            return lambda task: not positive(task)
        case Word():
            return _word(node, context)
        case Fuzzy(text):
            return _fuzzy(text)
        case Regex(pattern):
            return _anywhere(pattern.search, context)
        case Reference():
            return _reference(node)
        case Flag(name):
            return _flag(name, context)
        case Labels(pairs):
            return _labels(pairs)
        case Compare():
            return _compare(node, context)


def _effort(node: Node) -> int:
    """What costs little and leaves few goes first; the order of an `and` changes nothing else."""
    match node:
        case Flag() | Reference():
            return 0
        case Compare(field=field):
            return 0 if field in _WORDS else 1
        case Word() | Fuzzy() | Labels():
            return 2
    return 3


def _every(parts: list[Predicate]) -> Predicate:
    if len(parts) < 2:
        return parts[0] if parts else lambda task: True
    # By halves: a chain of closures would be as deep as the filter has words, and may have 2,000.
    one, two = _every(parts[: len(parts) // 2]), _every(parts[len(parts) // 2 :])
    return lambda task: one(task) and two(task)


def _either(parts: list[Predicate]) -> Predicate:
    if len(parts) == 1:
        return parts[0]
    one, two = _either(parts[: len(parts) // 2]), _either(parts[len(parts) // 2 :])
    return lambda task: one(task) or two(task)


def _anywhere(found: Callable[[str], object], context: Context) -> Predicate:
    """Whether one of the texts that a bare word looks in answers."""
    named = _named(found, context)

    def matches(task: Task) -> bool:
        ref = task.ref
        if found(task.name) or found(ref.job or ref.id):
            return True
        for text in (task.app, task.project, task.key, task.reason):
            if text is not None and found(text):
                return True
        return task.project in named

    return matches


def _named(found: Callable[[str], object], context: Context) -> frozenset[str]:
    """Ids of the projects whose name answers: names are few, so that they are looked at once, and not task by task."""
    return frozenset(id_ for id_, name in context.projects.items() if found(name))


def haystack(task: Task) -> str:
    """What a bare word in small letters looks in: all in one text, a line each. One search in it is cheaper than six,
    and whoever asks about the same tasks again may keep it."""
    ref, app, project, key, reason = task.ref, task.app or "", task.project or "", task.key or "", task.reason or ""
    return f"{task.name}\n{ref.job or ref.id}\n{app}\n{project}\n{key}\n{reason}".lower()


def words_in(node: Node, context: Context) -> tuple[Node, tuple[str, ...], Node]:
    """A filter in three parts that all have to hold, to be asked in this order: what costs next to nothing, the words
    that stand in a task's `haystack`, and the rest."""
    parts = sorted(node.nodes if isinstance(node, And) else (node,), key=_effort)
    words = [p for p in parts if isinstance(p, Word) and _small(p.text) and not _spoken(p, context)]
    others = [part for part in parts if part not in words]
    cheap = And(tuple(part for part in others if not _effort(part)))
    return cheap, tuple(word.text for word in words), And(tuple(part for part in others if _effort(part)))


def _small(text: str) -> bool:
    return text == text.lower() and "\n" not in text


def _spoken(word: Word, context: Context) -> frozenset[str]:
    return _named(lambda name: word.text in name.lower(), context)


def _word(word: Word, context: Context) -> Predicate:
    text = word.text
    if not _small(text):
        stands, small = _anywhere(lambda held: text in held, context), text.lower()
        return lambda task: stands(task) or small in (task.ref.job or task.ref.id).lower()
    named = _spoken(word, context)
    if not named:
        return lambda task: text in haystack(task)
    return lambda task: text in haystack(task) or task.project in named


def _fuzzy(text: str) -> Predicate:
    # Possessive: each letter is looked for once, so that no name takes long.
    letters = "".join(f"[^{re.escape(c)}]*+{re.escape(c)}" for c in text)
    search = re.compile(letters, re.DOTALL | (0 if text != text.lower() else re.IGNORECASE)).match
    return lambda task: search(task.name) is not None


def _reference(node: Reference) -> Predicate:
    """The task itself, what is inside it, and the task that a job named is in; ids are compared in any case."""
    if node.account is None:
        address = node.id
        return lambda task: task.ref.id.lower() in address or (task.url or "-").rstrip("/").lower() == address

    def matches(task: Task) -> bool:
        ref = task.ref
        if ref.account != node.account or ref.id.lower() != node.id:
            return False
        return node.job is None or ref.job is None or ref.job.lower() == node.job

    return matches


def _flag(name: str, context: Context) -> Predicate:
    if name in GROUPS:
        wanted = tuple(s for s in TaskStatus if s.value in GROUPS[name])
        return lambda task: task.status in wanted
    if name in FLAGS:
        says, _ = FLAGS[name]
        return lambda task: says(task, context)
    view = context.views.get(name)
    if view is None:  # removed since, or a view within itself
        return lambda task: False
    return matcher(view, replace(context, views={n: v for n, v in context.views.items() if n != name}))


def _labels(pairs: tuple[tuple[str, Op, str], ...]) -> Predicate:
    def has(task: Task) -> bool:
        for key, op, wanted in pairs:
            found = task.metadata.get(key) == wanted or f"{key}={wanted}" in task.tags or f"{key}:{wanted}" in task.tags
            if found is (op is Op.IS_NOT):
                return False
        return True

    return has


def _compare(node: Compare, context: Context) -> Predicate:
    known = lookup(node.field, context.extra)
    if known is None or (node.field in context.extra and not _typed(node, known[0].type)):
        return lambda task: False  # a computed column that is gone, or computes something else by now
    field = known[0]
    if field.type is Type.MAP and node.key is None:
        return _any_tag(node)
    if field.type is Type.MAP:
        return _tested(_keyed(field, node.key or "", context), loose_test(node))
    if field.name in _IDS:
        return _id(node, reader(field, context))
    test = TESTS[field.type](node, context)
    if field.name == "status":
        wanted = tuple(s for s in TaskStatus if test(s.value))
        return lambda task: task.status in wanted
    if field.name == "project" and context.projects:
        return _project(test, context, every=node.op is Op.IS_NOT)
    return _tested(reader(field, context), test)


def _id(node: Compare, read: Callable[[Task], str | None]) -> Predicate:
    """An id in any case: what is pasted from elsewhere may have other letters."""
    values = tuple(value.lower() if isinstance(value, str) else value for value in node.values)
    test = text_test(replace(node, values=values))
    if node.op is Op.MATCHES:
        return lambda task: test(read(task))
    return lambda task: test(id_.lower() if (id_ := read(task)) is not None else None)


def _typed(node: Compare, kind: Type) -> bool:
    """Whether the values were read as this type."""
    own = {Type.NUMBER: float, Type.DURATION: timedelta, Type.TIME: Moment, Type.MONEY: tuple}[kind]
    return all(value is None or isinstance(value, own | re.Pattern) for value in (*node.values, node.upto))


def _project(test: Test, context: Context, *, every: bool) -> Predicate:
    """A project by its id or its name (by both, for what it must not be); projects are few, so each is judged once."""
    judged: dict[str | None, bool] = {}
    chosen = all if every else any

    def matches(task: Task) -> bool:
        project = task.project
        if (fits := judged.get(project)) is None:
            name = context.projects.get(project, project) if project is not None else None
            fits = judged[project] = chosen((test(project), test(name)))
        return fits

    return matches


def _any_tag(node: Compare) -> Predicate:
    """`tag:x` looks at each tag; without tags the value is missing."""
    if node.op is Op.IS_NOT and node.values not in {(), (None,)}:
        is_one = text_test(replace(node, op=Op.IS))
        return lambda task: bool(task.tags) and not any(map(is_one, task.tags))
    test = text_test(node)
    return lambda task: any(map(test, task.tags)) if task.tags else test(None)


def _keyed(field: Field, key: str, context: Context) -> Callable[[Task], Any]:
    def read(task: Task) -> Any:
        values: Mapping[str, str] = field.read(task, context)
        return values.get(key)

    return read


def _tested(read: Callable[[Task], Any], test: Test) -> Predicate:
    return lambda task: test(read(task))
