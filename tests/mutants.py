"""Small faults put into a check on purpose, to see whether its examples notice.

A mutant is the check, or a function of the same module that it calls, with one place changed: a comparison flipped or
shifted by one, a condition turned round, a number raised by one, a change of case or a strip left out, ``all`` and
``any`` swapped, a regular expression made to mind the case. Places that only make the wording or the spans of a verdict
are left alone.
"""

from __future__ import annotations
import __future__

import ast
import copy
import inspect
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType, FunctionType
from typing import Any

from ifbench.registry import Constraint, Kind
from ifbench.text import Conversation
from ifbench.verdict import Verdict

_SHIFTED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_DROPPED = {"lower", "upper", "casefold", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix"}
_SWAPPED = {"all": "any", "any": "all", "min": "max", "max": "min", "at_least": "exactly"}
# The positional arguments of the verdict vocabulary that decide; the others are wording and spans.
_DECIDING = {
    "compare": (0, 1, 2), "between": (0, 1, 2), "at_least": (0, 1), "exactly": (0, 1), "present": (1,), "absent": (0,),
    "every": (1, 2), "holds": (0,), "Verdict": (0,),
}  # fmt: skip
_WORDING = {"observed", "required", "spans", "wording", "shown", "where", "reason"}


@dataclass(frozen=True)
class Mutant:
    """One changed place: in which function, on which line of the module, which one there, and what was done."""

    module: str
    function: str
    line: int
    place: int
    change: str


class Overrun(BaseException):
    """A mutant that does not end."""


def _functions(check: FunctionType) -> dict[str, ast.FunctionDef]:
    """The check and the functions of its module that decide with it, as written."""
    module = sys.modules[check.__module__]
    found: dict[str, ast.FunctionDef] = {}
    waiting = [check.__name__]
    while waiting:
        name = waiting.pop()
        function = inspect.unwrap(getattr(module, name, None) or (lambda: None))
        if name in found or not isinstance(function, FunctionType) or function.__module__ != check.__module__:
            continue
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        if not isinstance(tree, ast.FunctionDef):
            continue
        ast.increment_lineno(tree, function.__code__.co_firstlineno - 1)
        found[name] = tree
        own = {*function.__code__.co_varnames, *function.__code__.co_cellvars}
        waiting += [node.id for node in _deciding(tree) if isinstance(node, ast.Name) and node.id not in own]
    return found


def _deciding(node: ast.AST) -> Iterator[ast.AST]:
    """``node`` and what is in it, without what only makes wording or spans."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.FunctionDef) and node.name in _WORDING):
        return
    yield node
    if isinstance(node, ast.FunctionDef):
        for statement in node.body:
            yield from _deciding(statement)
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _DECIDING:
        wanted = _DECIDING[node.func.id]
        yield node.func
        for place, argument in enumerate(node.args):
            if place in wanted and not isinstance(argument, ast.Lambda):
                yield from _deciding(argument)
        return
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if isinstance(targets[0], ast.Name) and targets[0].id in _WORDING - {"spans"}:
            return
        if node.value is not None:
            yield from _deciding(node.value)
        return
    for child in ast.iter_child_nodes(node):
        yield from _deciding(child)


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], ast.AST]]]:
    """What can be changed about ``node``: a name for the change, and what makes the new node of a copy."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if shifted := _SHIFTED.get(type(operator)):

                def shift(new: ast.Compare, place: int = place, shifted: Any = shifted) -> ast.AST:
                    new.ops[place] = shifted()
                    return new

                yield f"{type(operator).__name__} becomes {shifted.__name__}", shift
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"becomes {other.__name__}", lambda new: ast.BoolOp(other(), new.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", lambda new: new.operand
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield f"{node.value} becomes {node.value + 1}", lambda new: ast.Constant(new.value + 1)
    elif isinstance(node, ast.Attribute) and node.attr == "IGNORECASE":
        yield "case minded", lambda new: ast.Constant(0)
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in _DROPPED:
            yield f"{node.func.attr} dropped", lambda new: new.func.value
        if isinstance(node.func, ast.Name) and node.func.id in _SWAPPED:
            name = _SWAPPED[node.func.id]
            yield (
                f"{node.func.id} becomes {name}",
                lambda new: ast.Call(
                    ast.Name(name, ast.Load()), new.args[: 3 if name == "exactly" else None], new.keywords
                ),
            )


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST):
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else super().visit(node)


def mutants(kind: Kind) -> Iterator[tuple[Mutant, Callable[..., Any]]]:
    """Every mutant of a kind's check."""
    check = kind.check
    assert isinstance(check, FunctionType)
    functions = _functions(check)
    for name, tree in functions.items():
        sites = [node for node in _deciding(tree) if isinstance(node, (ast.expr,))]
        for place, node in enumerate(sites):
            for change, _ in _changes(node):
                changed = copy.deepcopy(tree)
                target = [node for node in _deciding(changed) if isinstance(node, ast.expr)][place]
                make = dict(_changes(target))[change]
                _Replace(target, ast.copy_location(make(copy.copy(target)), target)).visit(changed)
                mutant = Mutant(check.__module__, name, node.lineno, place, change)
                yield mutant, _compiled(check, {**functions, name: changed})


def _compiled(check: FunctionType, functions: dict[str, ast.FunctionDef]) -> Callable[..., Any]:
    """The check, in a copy of its module where ``functions`` stand in the place of their namesakes."""
    body: list[ast.stmt] = []
    for tree in functions.values():
        new = copy.copy(tree)
        # Registered they are already; a cache they keep.
        new.decorator_list = [made for made in tree.decorator_list if not _registers(made)]
        body.append(new)
    namespace = dict(sys.modules[check.__module__].__dict__)
    module = ast.fix_missing_locations(ast.Module(body, []))
    exec(
        compile(module, check.__code__.co_filename, "exec", __future__.annotations.compiler_flag, dont_inherit=True),
        namespace,
    )
    return namespace[check.__name__]


def _registers(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "constraint"
    )


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise :class:`Overrun` in a mutant that does not end."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise Overrun

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def survives(kind: Kind, mutant: Callable[..., Any]) -> bool:
    """Whether every example of ``kind`` still has the verdict it should have."""
    for example in kind.examples:
        bound: Constraint = kind.bind(example.params)
        looked_at = (example.reply, Conversation(example.replies)) if kind.wants_conversation else (example.reply,)
        try:
            with _limited(5):
                verdict = mutant(*looked_at, **bound.params)
        except (Exception, Overrun):  # noqa: BLE001 - a mutant may raise anything, and is noticed by it
            return False
        if not isinstance(verdict, Verdict) or verdict.followed is not example.followed:
            return False
    return True
