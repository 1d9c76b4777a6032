"""Code blocks of a reply: whether they parse, how many there are, and what else there is."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from annotated_types import Predicate, doc

from ifbench.constraints.native.bounds import attainable
from ifbench.constraints.native.documents import UnreadableError, read_json
from ifbench.constraints.native.markup import read_xml
from ifbench.constraints.native.python_reading import read_python
from ifbench.constraints.native.yaml_documents import yaml_fault
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of
from ifbench.markdown import Fence
from ifbench.parameters import Count, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, compare, every, holds

LABELS = {"python": {"python", "python3", "py"}, "json": {"json"}, "yaml": {"yaml", "yml"}, "xml": {"xml"}}


def _is_label(text: str) -> bool:
    return re.fullmatch(r"[\w+#.-]+", text) is not None


Label = Annotated[str, Predicate(_is_label), doc("the label of a code fence, such as python or c++")]
"""What stands behind an opening code fence."""


def label_of(fence: Fence) -> str:
    """The first word behind a fence, without what some renderers want around it: ``{.python}``, ``python:a.py``."""
    return re.split(r"[^\w+#.-]", fence.info.lstrip("{."), maxsplit=1)[0].lower()


def _fault(language: str, fence: Fence) -> str | None:
    """Why the code of ``fence`` cannot be read as ``language``, or None."""
    if not fence.closed or not fence.code.strip():
        return "an empty code block" if fence.closed else "a code block that is not closed"
    try:
        if language == "python":
            return None if read_python(fence.code).body else "a code block with nothing but comments"
        if language == "json":
            read_json(fence.code)
        elif language == "xml":
            read_xml(fence.code.strip(), doctype=True)
    except UnreadableError as fault:
        return fault.reason
    return yaml_fault(fence.code) if language == "yaml" else None


@constraint(
    "structure:valid_code",
    "Include code in at least one fenced code block labelled {language}; each block with this label must be "
    "syntactically valid {language} by itself.",
    Pass("Try this:\n```python\nprint('tea')\n```\nDone.", language="python"),
    Pass("```Py title=a.py\nx = 1\n```\n```\nx = = 1\n```", language="python"),
    Fail("```python\nprint 'tea'\n```", language="python"),
    Fail("```python\nx = 1\n```\n\n```python3\nx = = 1\n```", language="python"),
    Fail("```\nx = 1\n```", language="python"),
    Fail("```python\n \n```", language="python"),
    Fail("```python\nx = 1", language="python"),
    Fail("```python\n# to do\n```", language="python"),
    Fail("```python\nreturn 1\n```", language="python"),
    Pass("```{.python}\nx = 1\n```", language="python"),
    Pass("```python:a.py:b\ny = 2\n```", language="python"),
    Fail("```{python}\nx = = 1\n```", language="python"),
    Fail("```yaml\n# to do\n```", language="yaml"),
    Pass('```json\n{"tea": 2}\n```', language="json"),
    Fail("```json\n{'tea': 2}\n```", language="json"),
    Pass("~~~yml\ntea: &t [2, 3]\n---\nmilk: *t\nmilk: 1\n~~~", language="yaml"),
    Fail("```yaml\ntea: [2, 3\n```", language="yaml"),
    Pass("```xml\n\n<!DOCTYPE tea>\n<tea/>\n```", language="xml"),
    Pass('```xml\n\n<?xml version="1.0"?>\n<tea/>\n```', language="xml"),
    Fail('```xml\n<!DOCTYPE tea [<!ENTITY x "y">]>\n<tea>&x;</tea>\n```', language="xml"),
    Fail("```xml\n<tea>\n```", language="xml"),
    source=NATIVE,
)
def valid_code(reply: Text, *, language: Literal["python", "json", "yaml", "xml"]) -> Verdict:
    """The label is the first word behind the fence, in any case. A block without code, or never closed, is not valid.

    Nothing is executed. Python is read by the version that runs; YAML as a stream of documents; JSON without repeated
    keys; XML without declarations of entities.
    """
    fences = [fence for fence in reply.markdown.fences if label_of(fence) in LABELS[language]]
    faults = [(fence.span, fault) for fence in fences if (fault := _fault(language, fence))]
    observed = count_of(len(fences), f"{language} code blocks") + (f"; {faults[0][1]}" if faults else "")
    required = f"a code block labelled {language}, and valid {language} in each"
    spans = [span for span, _ in faults] or [fence.span for fence in fences]
    return holds(bool(fences) and not faults, required, observed, spans)


@constraint(
    "structure:code_only",
    "Your entire reply must be one fenced code block labelled {label}, with no text before or after it.",
    Pass("```sql\nSELECT 1;\n```", label="sql"),
    Pass("\n~~~SQL\nSELECT 1;\n~~~\n", label="sql"),
    Fail("Sure:\n```sql\nSELECT 1;\n```", label="sql"),
    Fail("```sql\nSELECT 1;\n```\nDone.", label="sql"),
    Fail("```sql\nSELECT 1;\n```\n```sql\nSELECT 2;\n```", label="sql"),
    Fail("```\nSELECT 1;\n```", label="sql"),
    Fail("```mysql\nSELECT 1;\n```", label="sql"),
    Fail("> ```sql\n> SELECT 1;\n> ```", label="sql"),
    Fail("- ```sql\n  SELECT 1;\n  ```", label="sql"),
    Pass("```c++\nx;\n```", label="C++"),
    Fail("```sql\nSELECT 1;", label="sql"),
    Pass("```sql\nSELECT 1;\n```", label="SQL"),
    Fail("```sql\n \n```", label="sql"),
    Fail("SELECT 1;", label="sql"),
    source=NATIVE,
)
def code_only(reply: Text, *, label: Label) -> Verdict:
    """The label is compared without case; the code is not read, but there must be some, and the fence must close."""
    required = f"one code block labelled {label!r} and nothing else"
    fences = reply.markdown.fences
    # The span of a block within a quotation or list has their marks in it.
    if len(fences) != 1 or reply.raw[slice(*fences[0].span)] != reply.stripped or reply.stripped[0] not in "`~":
        return holds(False, required, f"{count_of(len(fences), 'code blocks')} and other text" if fences else "no code")
    fence = fences[0]
    if not fence.closed or not fence.code.strip():
        return holds(False, required, "an empty code block" if fence.closed else "a code block that is not closed")
    return holds(label_of(fence) == label.lower(), required, f"the label {label_of(fence)!r}", [fence.span])


@constraint(
    "structure:labelled_code_blocks",
    "Include {relation} {count} fenced code blocks, none of them empty, and name the language of each right behind its "
    "opening fence.",
    Pass("```bash\nls\n```\n\n~~~ text\nfiles\n~~~", relation="exactly", count=2),
    Fail("```bash\nls\n```\n\n```\nfiles\n```", relation="exactly", count=2),
    Fail("```bash\nls\n```", relation="at least", count=2),
    Fail("```bash\nls\n```\n\n```text\nfiles", relation="exactly", count=2),
    Fail("```bash\nls\n```\n\n```text\n \n```", relation="exactly", count=2),
    Fail("Run `ls`.", relation="at most", count=2),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def labelled_code_blocks(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Any label will do; a block that is empty or not closed does not follow, nor does a reply without blocks."""
    fences = reply.markdown.fences
    spans = [fence.span for fence in fences]
    wrong = [fence.span for fence in fences if not fence.info or not fence.closed or not fence.code.strip()]
    if wrong or not fences:
        required = f"{relation} {count_of(count, 'code blocks')}, each closed, not empty and with its language named"
        return every(reply.raw, spans, wrong, "code blocks", required)
    return compare(len(fences), relation, count, "code blocks with their language named", spans)
