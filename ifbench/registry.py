"""Constraint types: how one is declared, found, and bound to its parameters.

A check is an ordinary function. What stands before ``*`` in its signature is looked at (the reply, and if it wants
to the conversation); what stands after is set by the prompt, and its annotations are the schema.
"""

from __future__ import annotations

import importlib
import inspect
import string
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Literal, TypeVar, cast, get_args, get_type_hints

from ifbench import parameters, plugins
from ifbench.errors import DeclarationError, IfbenchError, nearest, quote
from ifbench.text import Conversation, Text
from ifbench.verdict import Verdict, listing

Edition = Literal["published", "corrected"]
EDITIONS: tuple[Edition, ...] = get_args(Edition)
Check = Callable[..., object]
Conflict = Callable[..., "tuple[str, str] | None"]
_C = TypeVar("_C", bound=Check)


class UnknownConstraintError(IfbenchError, LookupError):
    """No constraint type has the id asked for."""

    exit_code = 2


class UnavailableError(IfbenchError):
    """A constraint type whose check needs something that is not installed."""

    exit_code = 2


class CheckError(IfbenchError):
    """A check that raises, or gives something else than a verdict."""


class InvalidParametersError(IfbenchError, ValueError):
    """Parameters that do not fit the constraint type: ``faults`` pairs each name with what is wrong."""

    exit_code = 4

    def __init__(self, kind: Kind, faults: Iterable[tuple[str, str]]):
        self.faults = tuple(faults)
        super().__init__(f"{kind.id}: " + "; ".join(f"{name}: {fault}" for name, fault in self.faults))


class Example:
    """Replies (all but the last from earlier turns) and parameters for which the verdict is known."""

    followed: bool

    def __init__(self, *replies: str | Text, **params: Any):
        """A reply in another language than English is given as ``Text(reply, language)``."""
        if not replies:
            raise DeclarationError(f"{type(self).__name__} needs a reply")
        self.replies = tuple(reply if isinstance(reply, Text) else Text(reply) for reply in replies)
        self.params = params

    @property
    def reply(self) -> Text:
        """The reply under judgement."""
        return self.replies[-1]

    def __repr__(self) -> str:
        arguments = [repr(reply.raw if reply.language == "en" else reply) for reply in self.replies]
        arguments += [f"{name}={value!r}" for name, value in self.params.items()]
        return f"{type(self).__name__}({', '.join(arguments)})"


class Pass(Example):
    """An example that follows the constraint."""

    followed = True


class Fail(Example):
    """An example that does not."""

    followed = False


class Parameter:
    """One parameter of a constraint type: its name, annotation, and default (``required`` when it has none)."""

    def __init__(self, name: str, annotation: Any, default: Any):
        self.name = name
        self.annotation = annotation
        self.default = default

    @property
    def required(self) -> bool:
        """Whether a prompt must set it."""
        return self.default is inspect.Parameter.empty

    @property
    def description(self) -> str:
        """The values it takes, in words."""
        words = parameters.describe(self.annotation)
        return words if self.required else f"{words}; {self.default!r} when not given"


class Kind:
    """A constraint type: what one id means in one edition."""

    def __init__(
        self,
        id: str,
        template: str,
        check: Check,
        examples: tuple[Example, ...],
        edition: Edition,
        fault: str | None,
        source: str | None,
        requires: Callable[[], str | None] | None = None,
        conflict: Conflict | None = None,
    ):
        self.id = id
        self.template = template
        self.check = check
        self.examples = examples
        self.edition: Edition = edition
        self.fault = fault
        self.source = source
        self.requires = requires
        self.conflict = conflict

    def __repr__(self) -> str:
        return f"<Kind {self.id} ({self.edition})>"

    @property
    def origin(self) -> str:
        """Where the check is written: module and function."""
        return f"{self.check.__module__}.{self.check.__qualname__}"

    @property
    def doc(self) -> str:
        """The check's docstring."""
        return inspect.getdoc(self.check) or ""

    @property
    def sentence(self) -> str:
        """The template as people read it: ``{name}`` where the value of a parameter goes."""
        parts = string.Formatter().parse(self.template)
        return "".join(literal + (f"{{{field}}}" if field else "") for literal, field, _, _ in parts)

    @cached_property
    def _signature(self) -> tuple[tuple[str, ...], dict[str, Parameter]]:
        hints = get_type_hints(self.check, include_extras=True)
        looked_at: list[str] = []
        settable: dict[str, Parameter] = {}
        for name, item in inspect.signature(self.check).parameters.items():
            if item.kind is inspect.Parameter.KEYWORD_ONLY:
                settable[name] = Parameter(name, hints.get(name, Any), item.default)
            elif item.kind in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL):
                raise DeclarationError(f"{self.id}: {self.origin} takes *{name}; name each parameter")
            else:
                looked_at.append(name)
        return tuple(looked_at), settable

    @property
    def parameters(self) -> dict[str, Parameter]:
        """What a prompt sets, by name."""
        return self._signature[1]

    @property
    def wants_conversation(self) -> bool:
        """Whether the check looks at earlier turns as well."""
        return len(self._signature[0]) == 2

    def bind(self, params: Mapping[str, Any]) -> Constraint:
        """The constraint that a prompt asks for.

        Raises:
            InvalidParametersError: naming every parameter that is missing, unknown or of the wrong kind.
            UnavailableError: the check needs something that is not installed.
        """
        if self.requires and (missing := self.requires()):
            raise UnavailableError(f"{self.id}: {missing}")
        values: dict[str, Any] = {}
        faults: list[tuple[str, str]] = []
        for name, value in params.items():
            if name not in self.parameters:
                known = f"{self.id} takes {listing(sorted(self.parameters)) or 'no parameters'}"
                hint = nearest(name, self.parameters)
                faults.append((name, f"unknown parameter (value {quote(value)}); {hint or known}"))
                continue
            values[name], reason = parameters.validate(self.parameters[name].annotation, value)
            if reason:
                faults.append((name, reason))
        for name, parameter in self.parameters.items():
            if name not in params:
                if parameter.required:
                    faults.append((name, f"missing; it takes {parameter.description}"))
                else:
                    values[name] = parameter.default
        if not faults and self.conflict and (found := self.conflict(**values)):
            faults.append(found)
        if faults:
            raise InvalidParametersError(self, faults)
        return _bound(self, values)

    def verify_declaration(self) -> None:
        """Hold the declaration to its rules.

        Raises:
            DeclarationError: saying which rule is broken.
        """
        looked_at, settable = self._signature
        if looked_at not in (("reply",), ("reply", "conversation")):
            raise DeclarationError(
                f"{self.id}: {self.origin} must look at (reply) or (reply, conversation) before *, not {looked_at}"
            )
        fields = {field for _, field, _, _ in string.Formatter().parse(self.template) if field}
        if unknown := fields - settable.keys():
            raise DeclarationError(f"{self.id}: the template names {listing(sorted(unknown))}, which is no parameter")
        for needed in (Pass, Fail):
            if not any(isinstance(example, needed) for example in self.examples):
                raise DeclarationError(f"{self.id}: {self.origin} has no {needed.__name__} example")


class Constraint:
    """A constraint type bound to validated parameters, as one prompt asks for it.

    >>> limit = Constraint("length_constraints:number_words", relation="at least", num_words=3)
    >>> limit.check("one two")
    <Verdict not followed: required at least 3 words; observed 2 words>
    """

    kind: Kind
    params: dict[str, Any]

    def __init__(self, id: str, edition: Edition = "published", /, **params: Any):
        bound = find(id, edition).bind(params)
        self.kind, self.params = bound.kind, bound.params

    def __repr__(self) -> str:
        arguments = "".join(f", {name}={value!r}" for name, value in self.params.items())
        return f"Constraint({self.id!r}{arguments})"

    def __reduce__(self) -> tuple[Callable[..., Constraint], tuple[Any, ...]]:
        return _rebind, (self.id, self.kind.edition, self.params)

    @property
    def id(self) -> str:
        """The id of the constraint type."""
        return self.kind.id

    @property
    def sentence(self) -> str:
        """The constraint as an instruction, in the words of its type."""
        values = {
            name: _listed(cast("list[object]", value)) if isinstance(value, list) else value
            for name, value in self.params.items()
        }
        return self.kind.template.format(**values)

    def check(self, reply: Text | str, conversation: Conversation | None = None) -> Verdict:
        """The verdict on ``reply``, read strictly. A blank reply follows nothing.

        Args:
            reply: the response under judgement.
            conversation: the turns up to and including ``reply``; where it is absent, ``reply`` is the only turn.

        Raises:
            CheckError: the check is at fault: it raised, or gave something else than a verdict.
        """
        text = reply if isinstance(reply, Text) else Text(reply)
        looked_at = (text, conversation or Conversation([text])) if self.kind.wants_conversation else (text,)
        try:
            verdict = self.kind.check(*looked_at, **self.params)
        except Exception as error:
            # A check at fault stops the program and is named; it never turns into a verdict.
            reason = f"{type(error).__name__}: {error}"
            raise CheckError(
                f"{self.id}: the check {self.kind.origin} raised {reason}, on {quote(text.raw)}"
            ) from error
        if not isinstance(verdict, Verdict):
            raise CheckError(f"{self.id}: {self.kind.origin} gave {quote(verdict)} instead of a Verdict")
        return verdict.but_observed("an empty response") if text.is_blank else verdict


def _listed(values: list[object]) -> str:
    """A list as a sentence gives it: all of every text, in quotation marks; numbers bare.

    >>> _listed(["tea", "milk"]), _listed([5, 7, 5]), _listed([])
    ('"tea" and "milk"', '5, 7 and 5', 'none')
    """
    shown = [f'"{value}"' if isinstance(value, str) else str(value) for value in values]
    if len(shown) > 1:
        return f"{', '.join(shown[:-1])} and {shown[-1]}"
    return "".join(shown) or "none"


def _bound(kind: Kind, params: dict[str, Any]) -> Constraint:
    bound = Constraint.__new__(Constraint)
    bound.kind, bound.params = kind, params
    return bound


def _rebind(id: str, edition: Edition, params: dict[str, Any]) -> Constraint:
    return _bound(find(id, edition), params)


_kinds: dict[tuple[str, Edition], Kind] = {}
_load_lock = threading.RLock()
_loaded = False


def constraint(
    id: str,
    template: str,
    *examples: Example,
    edition: Edition = "published",
    fault: str | None = None,
    source: str | None = None,
    requires: Callable[[], str | None] | None = None,
    conflict: Conflict | None = None,
) -> Callable[[_C], _C]:
    """Register a check as the constraint type ``id``, and return the function unchanged.

    Args:
        id: family and name, such as ``"keywords:existence"``.
        template: the constraint as an instruction, with ``{parameter}`` where a parameter's value goes.
        examples: at least one :class:`Pass` and one :class:`Fail`: tests, documentation and proof in one.
        edition: ``"corrected"`` for a second reading of a published id whose reference checker is known to be wrong.
        fault: for a corrected edition, a sentence naming what is wrong with the published one.
        source: paper or repository the type comes from.
        requires: says in one line what must be installed first, and how; gives None where all is there. It is asked
            when a prompt set is loaded, so that scoring never lacks anything.
        conflict: takes the parameters, valid each for itself, and gives the name of one that does not go with the
            others and why; None where they fit together.

    Raises:
        DeclarationError: the id is taken, or the declaration is incomplete.
    """

    def register(check: _C) -> _C:
        kind = Kind(id, template, check, examples, edition, fault, source, requires, conflict)
        if edition not in EDITIONS:
            raise DeclarationError(f"{id}: edition {edition!r} is not {' or '.join(map(repr, EDITIONS))}")
        if ":" not in id or id != id.strip():
            raise DeclarationError(f"{id!r} is no id: it must read 'family:name'")
        if (edition == "corrected") != bool(fault):
            raise DeclarationError(f"{id}: a corrected edition, and only that, names the fault it mends")
        taken = _kinds.get((id, edition))
        # A module that is imported again declares the same code again, and that is no conflict.
        if taken is not None and _code(taken.check) != _code(check):
            raise DeclarationError(f"{id} ({edition}) is declared twice: by {taken.origin} and by {kind.origin}")
        # Reading 200 signatures takes longer than importing them; the tests hold our own to the rules.
        if not check.__module__.startswith("ifbench.constraints."):
            kind.verify_declaration()
        _kinds[id, edition] = kind
        return check

    return register


def _code(check: Check) -> object:
    """What tells one check from another: its code where it has some, and itself elsewhere (a callable object)."""
    return getattr(check, "__code__", check)


def _load() -> None:
    """Import our own constraint types and those of installed plugins, once."""
    global _loaded
    if _loaded:
        return
    with _load_lock:
        if not _loaded:
            importlib.import_module("ifbench.constraints")
            plugins.load_group(plugins.CONSTRAINTS)
            _loaded = True


def kinds(edition: Edition = "published") -> list[Kind]:
    """Every constraint type as ``edition`` has it, by id."""
    _load()
    return [find(id, edition) for id in sorted({id for id, _ in _kinds})]


def editions(id: str) -> list[Kind]:
    """The editions of one constraint type, the published one first.

    Raises:
        UnknownConstraintError: there is no such id.
    """
    find(id)
    return [_kinds[id, edition] for edition in EDITIONS if (id, edition) in _kinds]


def find(id: str, edition: Edition = "published") -> Kind:
    """The constraint type ``id``; where it has no such edition, the one it has.

    Raises:
        UnknownConstraintError: there is no such id; the nearest one is named.
    """
    _load()
    for wanted in (edition, *EDITIONS):
        if (id, wanted) in _kinds:
            return _kinds[id, wanted]
    hint = nearest(id, {known for known, _ in _kinds}) or "`ifbench list constraints` shows all"
    raise UnknownConstraintError(f"no constraint type {quote(id)}; {hint}")
