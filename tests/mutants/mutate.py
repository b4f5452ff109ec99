"""What can be changed in a module: one operator, condition, number, statement or result at a time."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Mutant", "mutants"]

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_HAVE_THEIR_OWN = ast.Compare | ast.UnaryOp | ast.BoolOp
"""Conditions that are turned round already."""
_NO_CODE = {"annotation", "returns", "decorator_list", "type_params", "bases"}


@dataclass(frozen=True)
class Mutant:
    """One change: `now` takes the place of `was`, a field of `parent` or the item `at` of one."""

    parent: ast.AST
    field: str
    at: int | None
    was: ast.AST
    now: ast.AST

    @property
    def line(self) -> int:
        """Where in the file."""
        return int(getattr(self.was, "lineno", 0))

    def __str__(self) -> str:
        """`a == b -> a != b`."""
        was, now = (" ".join(ast.unparse(node).split())[:90] for node in (self.was, self.now))
        return f"{was} -> {now}"

    def apply(self) -> None:
        """Change the tree it was found in."""
        ast.copy_location(self.now, self.was)
        if self.at is None:
            setattr(self.parent, self.field, self.now)
        else:
            getattr(self.parent, self.field)[self.at] = self.now


def mutants(tree: ast.AST) -> Iterator[Mutant]:
    """Every change that is worth a look, in the order of the file; messages, log lines and types are not."""
    for name, value in ast.iter_fields(tree):
        if name in _NO_CODE:
            continue
        for at, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _unseen(node):
                continue
            for now in _changes(node):
                yield Mutant(tree, name, at, node, now)
            if name == "test" and isinstance(node, ast.expr) and not isinstance(node, _HAVE_THEIR_OWN):
                yield Mutant(tree, name, at, node, ast.UnaryOp(ast.Not(), node))
            yield from mutants(node)


def _unseen(node: ast.AST) -> bool:
    """Docstrings, log lines, `__all__` and imports for types alone."""
    match node:
        case ast.Expr(ast.Constant()) | ast.Expr(ast.Call(ast.Attribute(ast.Name("log")))) | ast.JoinedStr():
            return True
        case ast.Assign([ast.Name("__all__" | "log")]) | ast.If(ast.Name("TYPE_CHECKING")):
            return True
    return False


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, [op], others):
            yield ast.Compare(left, [_COMPARED[type(op)]()], others)
        case ast.Compare(left, ops, others):
            for n, op in enumerate(ops):
                yield ast.Compare(left, [*ops[:n], _COMPARED[type(op)](), *ops[n + 1 :]], others)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.BinOp(left, op, right) if type(op) in _COMPUTED:
            yield ast.BinOp(left, _COMPUTED[type(op)](), right)
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.stmt():
            yield from _statements(node)


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Delete() | ast.Assign([ast.Attribute()]):
            yield ast.Pass()
        case ast.Return(value) if value is not None and not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()


def _is_none(node: Any) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
