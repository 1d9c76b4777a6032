"""Python source, read without ever running it or running out of stack."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any, cast

from ifbench.constraints.native.documents import UnreadableError

MAX_NESTING = 200
"""How deep the parts of an expression may nest before code counts as unreadable.

What Python's own parser can take differs from version to version, and some crash.
"""

_MAX_BRANCHES = 200
_TOKENS = r"""
    \#[^\n]*
    | [([{] | [)\]}] | [,;\n] | \\\n | ["']
    | (?<!\w)(?:and|or|not|if|else|elif|for|in|is|lambda|await|yield)(?!\w)
    | [-+*/%&|^~<>=!@.:]+
"""


class _Nesting:
    """How deep what has been read so far may nest at most.

    Each open bracket, operator and keyword of an expression can be a level; a comma ends those of its own bracket.
    """

    def __init__(self) -> None:
        self.levels = [0]
        self.total = 0
        self.branches = 0

    def read(self, token: str) -> bool:
        """Take ``token`` in; whether the nesting stays within bounds."""
        if token in "([{":
            self._add(1)
            self.levels.append(0)
        elif token in ")]}" and len(self.levels) > 1:
            self.total -= self.levels.pop()
        elif token in (",", ";") or (token == "\n" and len(self.levels) == 1):
            self.total -= self.levels[-1]
            self.levels[-1] = 0
        elif token == "elif":
            # A chain of these nests, from the second on within the first.
            self.branches += 1
        elif token not in ("\n", "\\\n"):
            self._add(len(token) if not token.isalpha() else 1)
        return self.total <= MAX_NESTING and self.branches <= _MAX_BRANCHES

    def _add(self, number: int) -> None:
        self.levels[-1] += number
        self.total += number


def _string_end(code: str, start: int) -> int:
    """Where the string literal that opens at ``start`` ends.

    >>> [_string_end(code, 0) for code in ["'a' '", "'\\\\'' '", "''", "'''a\\n''' '", "'a\\\\\\nb' "]]
    [3, 4, 2, 8, 6]

    Raises:
        UnreadableError: nowhere.
    """
    quote = code[start]
    long = code.startswith(quote * 3, start)
    mark = quote * (3 if long else 1)
    stop = r"\\.|" + re.escape(mark) + ("" if long else r"|\n")
    for match in re.compile(stop, re.DOTALL).finditer(code, start + len(mark)):
        if match.group() == mark:
            return match.end()
        if match.group() == "\n":
            break
    raise UnreadableError("text that is not Python: a string that does not end")


def _operators(literal: str) -> int:
    """How many operators the longest expression of a formatted string can have."""
    return max((len(re.findall(r"[^\w\s]", part.rpartition("{")[2])) for part in literal.split("}")), default=0)


def _nests_too_deep(code: str) -> bool:
    """Whether some expression of ``code`` can nest deeper than :data:`MAX_NESTING`, or branches do.

    >>> [_nests_too_deep(code) for code in ["-" * 200 + "1", "-" * 201 + "1", "[" * 100 + "-" * 101]]
    [False, True, True]
    >>> [_nests_too_deep(code) for code in ["f(-1)\\n" * 999, "f(-1);" * 999, "[-1, " * 100 + "-1, " * 999]]
    [False, False, False]
    >>> [_nests_too_deep(code) for code in ["(-1\\n" * 101, "x \\\\\\n+ " * 201, "f()" * 200, "f()" * 201]]
    [True, True, False, True]
    >>> [_nests_too_deep(code) for code in ["(-1)" * 60 + ", x" * 9, "(-1, x)" + "-" * 200, ")" + "-" * 200]]
    [False, True, True]
    >>> [_nests_too_deep(word * 201) for word in ["not ", "notes ", "elif "]], _nests_too_deep("elif not " * 200)
    ([True, False, True], False)
    >>> [_nests_too_deep(code + "-" * 201) for code in ["# ", "'#' ", '"\\\\"#" ']]
    [False, True, True]
    >>> [_nests_too_deep(prefix + "'{" + "-" * 201 + "}'") for prefix in ["f", "rF", "t", "b", ""]]
    [True, True, True, False, False]
    >>> [_nests_too_deep("f'" + text + "'") for text in ["-" * 201 + "{x}", "{" + "-" * 200 + "}{-}", "{-}" * 201]]
    [False, False, False]

    Raises:
        UnreadableError: a string does not end.
    """
    nesting = _Nesting()
    tokens = re.compile(_TOKENS, re.VERBOSE)
    position = 0
    while match := tokens.search(code, position):
        token, position = match.group(), match.end()
        if token in "\"'":
            position = _string_end(code, match.start())
            prefix = code[max(0, match.start() - 2) : match.start()].lower()
            if ("f" in prefix or "t" in prefix) and _operators(code[match.start() : position]) > MAX_NESTING:
                return True
        elif not token.startswith("#") and not nesting.read(token):
            return True
    return False


def read_python(code: str) -> ast.Module:
    """The syntax tree of ``code``, as the Python that runs has it. Indentation that all lines share is left out.

    >>> ast.unparse(read_python("  x = 1\\r\\n  y = [x]"))
    'x = 1\\ny = [x]'

    Raises:
        UnreadableError: it is not Python, or it can nest deeper than 200 levels.
    """
    import textwrap

    code = textwrap.dedent(code.replace("\r\n", "\n").replace("\r", "\n"))
    if _nests_too_deep(code):
        raise UnreadableError(f"Python nested deeper than {MAX_NESTING} levels")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except SyntaxError as error:
        raise UnreadableError(f"text that is not Python: {error.msg} in line {error.lineno}") from None
    except (ValueError, MemoryError, RecursionError, OverflowError):
        raise UnreadableError("text that is not Python") from None
    if misplaced := _misplaced(tree):
        raise UnreadableError(f"text that is not Python: {misplaced}")
    return tree


def _misplaced(tree: ast.Module) -> str | None:
    """What Python's parser lets pass and its compiler, whose time is not linear, calls a syntax error all the same.

    >>> codes = ["return", "class A: return", "def f(): return", "yield", "await x", "def f(): await x"]
    >>> [_misplaced(ast.parse(code)) is None for code in [*codes, "lambda: (yield)"]]
    [False, False, True, False, False, False, True]
    >>> codes = ["break", "while x: continue", "while x:\\n  def f(): break", "for x in y:\\n  class A: break"]
    >>> [_misplaced(ast.parse(code)) is None for code in codes]
    [False, True, False, False]
    >>> codes = ["async def f():\\n  await x\\n  async for x in y: break", "async with x: pass", "for x in y: break"]
    >>> [_misplaced(ast.parse(code)) is None for code in codes]
    [True, False, True]
    >>> _misplaced(ast.parse("def f(x, *, x): pass")), _misplaced(ast.parse("def f(x, /, y, *z, **w): pass"))
    ('a parameter twice', None)
    """
    waiting: list[tuple[ast.AST, str, bool]] = [(tree, "", False)]
    while waiting:
        node, function, loop = waiting.pop()
        if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) and not function:
            return "'return' or 'yield' outside a function"
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith) and function != "async":
            return "'await' or 'async' outside an asynchronous function"
        if isinstance(node, ast.Break | ast.Continue) and not loop:
            return "'break' or 'continue' outside a loop"
        if isinstance(node, ast.arguments):
            names = [child.arg for child in ast.iter_child_nodes(node) if isinstance(child, ast.arg)]
            if len(set(names)) < len(names):
                return "a parameter twice"
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            function, loop = "plain", False
        elif isinstance(node, ast.AsyncFunctionDef):
            function, loop = "async", False
        elif isinstance(node, ast.ClassDef):
            function, loop = "", False
        elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
            loop = True
        waiting += [(child, function, loop) for child in ast.iter_child_nodes(node)]
    return None


def same_tree(one: object, other: object) -> bool:
    """Whether two syntax trees, or lists of them, are the same but for their places in the code."""
    waiting: list[tuple[object, object]] = [(one, other)]
    while waiting:
        first, second = waiting.pop()
        if type(first) is not type(second):
            return False
        if isinstance(first, ast.AST):
            left, right = list(ast.iter_fields(first)), list(ast.iter_fields(cast("ast.AST", second)))
            waiting.append(([name for name, _ in left], [name for name, _ in right]))
            waiting.append(([value for _, value in left], [value for _, value in right]))
        elif isinstance(first, list):
            items, others = cast("list[Any]", first), cast("list[Any]", second)
            if len(items) != len(others):
                return False
            waiting += zip(items, others, strict=True)
        elif first != second:
            return False
    return True
