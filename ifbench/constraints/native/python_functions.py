"""Python in a reply: its functions and its imports."""

from __future__ import annotations

import ast
from typing import Annotated, Literal

from annotated_types import Len, Predicate, doc

from ifbench.constraints.native.code import LABELS, label_of
from ifbench.constraints.native.documents import UnreadableError
from ifbench.constraints.native.python_reading import read_python, same_tree
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds, listing


def _are_modules(names: list[str]) -> bool:
    """Whether all ``names`` can be imported, as far as their form goes.

    >>> [_are_modules([name]) for name in ["os", "_x1", "os.path", "1a", "import"]]
    [True, True, False, False, False]
    """
    import keyword

    return all(name.isidentifier() and not keyword.iskeyword(name) for name in names)


def _is_signature(text: str) -> bool:
    """Whether ``text`` is the head of a Python function, without the colon.

    >>> heads = ["def f(x) -> int", "async def f(*, y=1):", "class A", "def f(", "@d\\ndef f()", "x = 1\\ndef f()"]
    >>> [_is_signature(text) for text in heads]
    [True, True, False, False, False, False]
    >>> [_is_signature(text) for text in ["def f(x, x)", "def f(x): return 1 #", "def f(x): pass; y", "def f(x): 1 #"]]
    [False, False, False, False]
    """
    return _signature(text) is not None


def _signature(text: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    try:
        tree = read_python(f"{text.strip().removesuffix(':')}: ...")
    except UnreadableError:
        return None
    head = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(head, ast.FunctionDef | ast.AsyncFunctionDef) or head.decorator_list:
        return None
    # Nothing but what was put behind the head: no body of its own, and no comment that hides it.
    return head if same_tree(head.body, [ast.Expr(ast.Constant(...))]) else None


Signature = Annotated[
    str, Predicate(_is_signature), doc("the head of a Python function, such as def area(width: float) -> float")
]
"""The head of a Python function."""

Modules = Annotated[list[str], Len(1), Predicate(_are_modules), doc("a list of Python modules, 1 or more of them")]
"""Names of Python modules, without what stands behind the first dot."""


def python_code(reply: Text) -> list[str]:
    """The Python of a reply: its code blocks labelled so; without any, its blocks without a label."""
    fences = [fence for fence in reply.markdown.fences if label_of(fence) in LABELS["python"]]
    return [fence.code for fence in fences or [fence for fence in reply.markdown.fences if not fence.info]]


def python_trees(reply: Text) -> list[ast.Module]:
    """The Python of a reply, read block by block.

    Raises:
        UnreadableError: there is none, or a block of it cannot be read.
    """
    blocks = python_code(reply)
    if not "".join(blocks).strip():
        raise UnreadableError("no Python code block")
    return [read_python(code) for code in blocks]


@constraint(
    "structure:python_function",
    "Write Python in a fenced code block. On its top level it defines and implements a function with exactly this "
    "signature: {signature}",
    Pass("```python\nimport math\n\ndef area(r: float) -> float:\n    return math.pi * r ** 2\n```",
         signature="def area(r: float) -> float"),
    Pass("```py\n@cache\nasync def get( url,*,tries = 3 ):\n  pass\n  return url\n```\n",
         signature="async def get(url, *, tries=3):"),
    Fail("```python\ndef area(r: int) -> float:\n    return r\n```", signature="def area(r: float) -> float"),
    Fail("```python\ndef area(r: float):\n    return r\n```", signature="def area(r: float) -> float"),
    Fail("```python\ndef Area(r: float) -> float:\n    return r\n```", signature="def area(r: float) -> float"),
    Fail("```python\nasync def area(r):\n    return r\n```", signature="def area(r)"),
    Fail("```python\ndef area(r, s):\n    return r\n```", signature="def area(r)"),
    Fail("```python\ndef area(s):\n    return s\n```", signature="def area(r)"),
    Fail("```python\ndef area(r=1):\n    return r\n```", signature="def area(r=2)"),
    Fail('```python\ndef area(r):\n    """The area."""\n    ...\n```', signature="def area(r)"),
    Fail("```python\ndef area(r):\n    pass\n```", signature="def area(r)"),
    Fail("```python\ndef area(r):\n    raise NotImplementedError\n```", signature="def area(r)"),
    Fail("```python\ndef area(r):\n    raise NotImplementedError('later')\n```", signature="def area(r)"),
    Pass("```python\ndef area(r):\n    raise ValueError('no')\n```", signature="def area(r)"),
    Fail("```python\ndef area(r):\n    # to do\n    return\n```", signature="def area(r)"),
    Fail("```python\ndef area(r):\n    return None\n```", signature="def area(r)"),
    Fail("```python\ndef area(r):\n    return NotImplemented\n```", signature="def area(r)"),
    Pass("```python\ndef area(r):\n    return 0\n```", signature="def area(r)"),
    Pass("```python\ndef area(r):\n    raise errors.NotImplementedError\n```", signature="def area(r)"),
    Pass("```python\ndef area(r):\n    print(r)\n```", signature="def area(r)"),
    Fail("```python\nclass Circle:\n    def area(r):\n        return r\n```", signature="def area(r)"),
    Fail("```python\ndef area(r)\n    return r\n```", signature="def area(r)"),
    Fail("def area(r):\n    return r", signature="def area(r)"),
    Pass("```\ndef area(r):\n    return r\n```", signature="def area(r)"),
    Fail("```text\ndef area(r):\n    return r\n```", signature="def area(r)"),
    source=NATIVE,
)  # fmt: skip
def python_function(reply: Text, *, signature: Signature) -> Verdict:
    """Name, parameters, defaults, annotations and ``async``, however spaced. Decorators do not count.

    A body of docstring, ``pass``, ``...``, ``return None`` or ``raise NotImplementedError`` alone implements nothing.
    Blocks labelled as Python are read, or if there are none, those without a label; each must be valid.
    """
    required = f"a function {signature.strip().removesuffix(':')}"
    wanted = _signature(signature)
    try:
        trees = python_trees(reply)
    except UnreadableError as fault:
        return holds(False, required, fault.reason)
    functions = [node for tree in trees for node in tree.body if isinstance(node, type(wanted))]
    found = [node for node in functions if same_tree(_head(node), _head(wanted))]
    if not found:
        return holds(False, required, "no such function at the top level")
    done = any(not _is_stub(statement) for node in found for statement in node.body)
    return holds(done, required, "an implementation" if done else "a function without an implementation")


def _head(node: ast.FunctionDef | ast.AsyncFunctionDef | None) -> list[object]:
    return [node.name, node.args, node.returns] if node else []


def _is_stub(statement: ast.stmt) -> bool:
    """Whether ``statement`` is a docstring, ``pass``, ``...``, ``return None`` or ``raise NotImplementedError``."""
    if isinstance(statement, ast.Return):
        value = statement.value
        nothing = value is None or (isinstance(value, ast.Constant) and value.value is None)
        return nothing or (isinstance(value, ast.Name) and value.id == "NotImplemented")
    if isinstance(statement, ast.Raise):
        error = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(error, ast.Name) and error.id == "NotImplementedError"
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


@constraint(
    "structure:python_imports",
    "Write Python in a fenced code block that imports no other modules than {modules}.",
    Pass("```python\nimport os.path, re\nfrom os import walk\nx = 1\n```", modules=["os", "re"]),
    Pass("```python\nprint('import numpy')\n```", modules=["os"]),
    Fail("```python\nimport numpy as np\n```", modules=["os"]),
    Fail("```python\ndef f():\n    from numpy.linalg import norm\n```", modules=["os"]),
    Fail("```python\nx = 1\n```\n\n```python\nimport numpy\n```", modules=["os"]),
    Fail("```python\nfrom . import tea\n```", modules=["os"]),
    Fail("```python\nimport os numpy\n```", modules=["os"]),
    Fail("```python\n \n```", modules=["os"]),
    Fail("I would use os.", modules=["os"]),
    source=NATIVE,
)
def python_imports(reply: Text, *, modules: Modules) -> Verdict:
    """Import statements anywhere in the code, submodules included; a relative import is of no module named.

    Blocks labelled as Python are read, or if there are none, those without a label; each must be valid.
    """
    required = f"Python that imports no other modules than {listing(modules)}"
    imported: dict[str, None] = {}
    try:
        for node in (node for tree in python_trees(reply) for node in ast.walk(tree)):
            if isinstance(node, ast.Import):
                imported.update(dict.fromkeys(alias.name.partition(".")[0] for alias in node.names))
            elif isinstance(node, ast.ImportFrom):
                imported["." if node.level else (node.module or "").partition(".")[0]] = None
    except UnreadableError as fault:
        return holds(False, required, fault.reason)
    others = [name for name in imported if name not in modules]
    observed = listing(list(imported)[:10]) or "no imports"
    return holds(not others, required, f"also {listing(others[:5])}" if others else observed)


@constraint(
    "structure:python_functions_have",
    "Write Python in a fenced code block in which every function has {feature}.",
    Pass('```python\ndef f(x):\n    """Say x."""\n    print(x)\n```', feature="a docstring"),
    Fail('```python\ndef f(x):\n    """Say x."""\n    def g():\n        pass\n```', feature="a docstring"),
    Fail('```python\ndef f(x):\n    """ """\n```', feature="a docstring"),
    Fail('```python\ndef f(x):\n    """..."""\n```', feature="a docstring"),
    Fail("```python\nasync def f(x):\n    # Say x.\n    print(x)\n```", feature="a docstring"),
    Fail("```python\nx = 1\n```", feature="a docstring"),
    Fail("```python\ndef f(x:\n```", feature="a docstring"),
    Pass("```python\nclass A:\n    def f(self, x: int, /, *a: int, k: str = '', **b: int) -> None: ...\n```",
         feature="type hints for all parameters and the result"),
    Pass("```python\nclass A:\n    @classmethod\n    def f(cls) -> None: ...\n```",
         feature="type hints for all parameters and the result"),
    Fail("```python\ndef f(x: int, y) -> None: ...\n```", feature="type hints for all parameters and the result"),
    Fail("```python\ndef f(x, /) -> None: ...\n```", feature="type hints for all parameters and the result"),
    Fail("```python\ndef f(*, x) -> None: ...\n```", feature="type hints for all parameters and the result"),
    Fail("```python\ndef f(*x) -> None: ...\n```", feature="type hints for all parameters and the result"),
    Fail("```python\ndef f(**x) -> None: ...\n```", feature="type hints for all parameters and the result"),
    Fail("```python\ndef f(x: int): ...\n```", feature="type hints for all parameters and the result"),
    Fail("```python\ndef f(x: int, self) -> int: ...\n```", feature="type hints for all parameters and the result"),
    Fail("```python\nclass A:\n    def f(self, x) -> None: ...\n```",
         feature="type hints for all parameters and the result"),
    source=NATIVE,
)  # fmt: skip
def python_functions_have(
    reply: Text, *, feature: Literal["a docstring", "type hints for all parameters and the result"]
) -> Verdict:
    """All functions and methods, nested ones included, lambdas not; ``self`` and ``cls`` in first place need no hint.

    Blocks labelled as Python are read, or if there are none, those without a label; each must be valid.
    """
    required = f"Python in which every function has {feature}"
    try:
        nodes = [node for tree in python_trees(reply) for node in ast.walk(tree)]
    except UnreadableError as fault:
        return holds(False, required, fault.reason)
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    has = _has_docstring if feature == "a docstring" else _has_hints
    lacking = [node.name for node in functions if not has(node)]
    observed = f"{listing(lacking[:5])} without" if lacking else count_of(len(functions), "functions")
    return holds(bool(functions) and not lacking, required, observed if functions else "no functions")


def _has_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(map(str.isalnum, ast.get_docstring(node) or ""))


def _has_hints(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    placed = [*node.args.posonlyargs, *node.args.args]
    if placed and placed[0].arg in ("self", "cls"):
        placed = placed[1:]
    rest = [extra for extra in (node.args.vararg, node.args.kwarg) if extra]
    return node.returns is not None and all(argument.annotation for argument in [*placed, *node.args.kwonlyargs, *rest])
