"""How long the worst replies take: does any constraint type need more than linear time in the length of a reply?

    python benchmarks/long_tail.py                    all types on short replies, the suspects among them on long ones
    python benchmarks/long_tail.py --full             all types on long replies: hours
    python benchmarks/long_tail.py --only format:     the types whose id holds this; Text. for the views of a text
    python benchmarks/long_tail.py --json             every time taken on long replies

A reply is one fragment over and over ("(", "- a\n", "中", a type's own example), as a model writes that cannot stop.
The exit status is 1 when a time more than triples as the length doubles, or when a check raises. README.md beside this
file says what is timed and how the suspects are found.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fragments import FRAGMENTS, MIXED

from ifbench.registry import CheckError, Constraint, Kind, editions, kinds
from ifbench.text import Conversation, Text

SHORT = (15_000, 60_000)
LONG = (250_000, 500_000, 1_000_000)
TRIPLE, FLOOR = 3.0, 0.2
"""Twice the length may take so many times as long (2 is linear, 4 quadratic); a shorter time in seconds is no jump."""
SUSPECT = 4.5
"""The same for the short replies, of which one is four times as long as the other: 4 is linear, 16 quadratic."""
SUSPECTS = 3
"""So many suspicious fragments of a subject are tried on long replies."""
LIMIT = 20.0
"""Seconds of CPU time after which a check is stopped."""

VIEWS = tuple(name for name, view in vars(Text).items() if isinstance(view, cached_property))


class _TooLong(BaseException):
    """The limit has passed; no Exception, which a check's caller would take for the check's own."""


@dataclass(frozen=True, eq=False)
class Subject:
    """What is timed: a constraint type in one edition, bound as its first example is, or a view of a text.

    ``views`` are what it reads of a text; they are there before the clock starts, and are subjects themselves.
    """

    id: str
    edition: str
    language: str
    act: Callable[[Text], object]
    views: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass
class Series:
    """The seconds of CPU time a subject took on one fragment, by the length of the reply; None past the limit."""

    subject: Subject
    fragment: str
    seconds: dict[int, float | None] = field(default_factory=dict)

    def measure(self, text: Text, length: int) -> None:
        """Take the time on ``text``; of two, the quicker stands."""
        seconds, known = timed(self.subject, text), self.seconds.get(length)
        self.seconds[length] = known if seconds is None or (known is not None and known < seconds) else seconds

    def could_jump(self, length: int) -> bool:
        """Whether, after what the shorter replies took, this one or a longer one can still show a jump.

        A sum of a linear and a quadratic part that grows by less than 2.4 at one doubling grows by less than 3 at the
        next (2.2, to be on the safe side); and what is quadratic throughout takes 4 times as long.
        """
        known = {shorter: seconds for shorter, seconds in self.seconds.items() if LONG[0] <= shorter < length}
        if not known:
            return True
        *before, last = known.values()
        if last is None or last * (LONG[-1] / max(known)) ** 2 <= FLOOR:
            return False
        return not before or (before[-1] is not None and last > 2.2 * before[-1])

    def jumps(self, lengths: Sequence[int], most: float, floor: float = 0.0) -> bool:
        """Whether a time is above ``floor`` and ``most`` times that of the length before, or past the limit."""
        for before, after in itertools.pairwise((0, *lengths)):
            quick, slow = self.seconds.get(before), self.seconds.get(after)
            if after in self.seconds and (slow is None or (quick is not None and slow > max(floor, most * quick))):
                return True
        return False

    @property
    def excess(self) -> float:
        """The seconds on the longer of the short replies beyond what they would be if time were linear."""
        short, long = (self.seconds.get(length) for length in SHORT)
        return LIMIT if short is None or long is None else long - short * SHORT[1] / SHORT[0]

    @property
    def slowest(self) -> float:
        """The longest time; the limit where it has passed."""
        return max((LIMIT if seconds is None else seconds for seconds in self.seconds.values()), default=0.0)


def timed(subject: Subject, text: Text) -> float | None:
    """Seconds of CPU time, the views aside; None when the limit passes."""
    start = None
    _alarm(LIMIT * 2)
    try:
        for view in subject.views:
            getattr(text, view)
        # The collector comes when it likes, and looks through all that the views have built.
        gc.disable()
        _alarm(LIMIT)
        start = time.process_time()
        subject.act(text)
        return time.process_time() - start
    except _TooLong:
        # A view that takes so long is a subject too, and says so itself.
        return None if start else 0.0
    finally:
        _alarm(0)
        gc.enable()


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _stop(_: int, __: FrameType | None) -> None:
    raise _TooLong


def _checking(constraint: Constraint, earlier: tuple[Text, ...]) -> Callable[[Text], object]:
    def act(text: Text) -> object:
        verdict = constraint.check(text, Conversation([*earlier, text]))
        # The wording is made when it is read, and scoring reads it.
        return verdict.required, verdict.observed, verdict.spans

    return act


def subjects(only: str) -> Iterator[Subject]:
    """The views of a text, then every type in both editions but for those that lack something here."""
    for name in VIEWS:
        if only in f"Text.{name}":
            # A view may read others, which stand before it.
            read = VIEWS[: VIEWS.index(name)]
            yield Subject(
                f"Text.{name}", "view", "en", lambda text, name=name: getattr(text, name), _read_by(name, read)
            )
    for published in kinds():
        for kind in editions(published.id):
            if only not in kind.id:
                continue
            if missing := kind.requires and kind.requires():
                print(f"{kind.id} ({kind.edition}) is left out: {missing}", file=sys.stderr)
                continue
            yield _subject(kind)


def _read_by(view: str, others: Sequence[str]) -> tuple[str, ...]:
    text = Text("# A\n\nOne, two. Three?\n\n- a\n")
    getattr(text, view)
    return tuple(name for name in others if name in vars(text))


def _subject(kind: Kind) -> Subject:
    first = kind.examples[0]
    read: set[str] = set()
    for example in kind.examples:
        text = Text(example.reply.raw, example.reply.language)
        # A check at fault is reported when it is timed.
        with suppress(CheckError):
            _checking(kind.bind(example.params), example.replies[:-1])(text)
        read |= vars(text).keys()
    own = dict.fromkeys(f"{example.reply.raw}\n" for example in kind.examples if not example.reply.is_blank)
    return Subject(
        kind.id,
        kind.edition,
        first.reply.language,
        _checking(kind.bind(first.params), first.replies[:-1]),
        tuple(view for view in VIEWS if view in read),
        tuple(own)[:2],
    )


class Survey:
    """All times taken, and what went wrong."""

    def __init__(self, only: str):
        self.subjects = list(subjects(only))
        self.short: list[Series] = []
        self.long: list[Series] = []
        self.faults: list[dict[str, str]] = []

    def screen(self) -> None:
        """Every subject on short replies of every fragment."""
        plan = [Series(subject, fragment) for fragment in (*FRAGMENTS, MIXED) for subject in self.subjects]
        plan += [Series(subject, own) for subject in self.subjects for own in subject.own]
        self.short = plan
        self._measure(plan, SHORT)

    def lengthen(self, full: bool) -> None:
        """Suspects on long replies, and of every subject the slowest; what seems to jump is measured once more."""
        self.long = [Series(series.subject, series.fragment) for series in (self.short if full else self._chosen())]
        self._measure(self.long, LONG)
        self._measure(self.superlinear(), LONG)

    def superlinear(self) -> list[Series]:
        """Those whose time more than triples as the length doubles."""
        return [series for series in self.long if series.jumps(LONG, TRIPLE, FLOOR)]

    def _chosen(self) -> Iterator[Series]:
        of_subject: defaultdict[Subject, list[Series]] = defaultdict(list)
        for series in self.short:
            of_subject[series.subject].append(series)
        # Below this, even a time that is quadratic throughout stays under the floor on the longest reply.
        least = FLOOR * (SHORT[-1] / LONG[-1]) ** 2
        for known in of_subject.values():
            slowest = max(known, key=lambda series: series.slowest)
            suspects = [series for series in known if series is not slowest and series.jumps(SHORT, SUSPECT, least)]
            yield slowest
            yield from sorted(suspects, key=lambda series: -series.excess)[:SUSPECTS]

    def _measure(self, plan: Sequence[Series], lengths: Sequence[int]) -> None:
        """Fill in ``plan``; one text serves all subjects of a fragment, so that its views are made once."""
        batches: defaultdict[tuple[str, str], list[Series]] = defaultdict(list)
        for series in plan:
            batches[series.fragment, series.subject.language].append(series)
        for number, ((fragment, language), batch) in enumerate(batches.items(), 1):
            if sys.stderr.isatty():
                note = f"{lengths[-1]:,} characters: {number} of {len(batches)}, {len(batch)} on {fragment[:20]!r}"
                print(f"\r{note:<80}", end="", file=sys.stderr, flush=True)
            for length in lengths:
                # A fragment cut short at the end could make another text of it.
                text = Text(fragment * max(1, length // len(fragment)), language)
                for series in batch:
                    if series.could_jump(length):
                        self._take(series, text, length)
        print(f"{len(plan):,} pairs measured on up to {lengths[-1]:,} characters", file=sys.stderr)

    def _take(self, series: Series, text: Text, length: int) -> None:
        try:
            series.measure(text, length)
        except Exception as error:  # noqa: BLE001
            fault = {"id": series.subject.id, "edition": series.subject.edition, "fragment": series.fragment}
            self.faults.append(fault | {"error": str(error)[:300]})

    def outcome(self) -> dict[str, Any]:
        """What is printed."""
        dearest: defaultdict[str, float] = defaultdict(float)
        for series in self.short:
            dearest[series.fragment] += series.slowest
        return {
            "subjects": len(self.subjects),
            "pairs": {"short": len(self.short), "long": len(self.long)},
            "cpu_seconds": time.process_time(),
            "faults": self.faults,
            "superlinear": [_row(series) for series in sorted(self.superlinear(), key=lambda series: -series.slowest)],
            "long": [_row(series) for series in sorted(self.long, key=lambda series: -series.slowest)],
            "fragments": dict(sorted(dearest.items(), key=lambda pair: -pair[1])),
        }


def _row(series: Series) -> dict[str, Any]:
    subject = series.subject
    return {"id": subject.id, "edition": subject.edition, "fragment": series.fragment, "seconds": series.seconds}


def _worded(row: dict[str, Any]) -> str:
    taken = row["seconds"]
    times = ["" if length not in taken else _in_words(taken[length]) for length in LONG]
    fragment = row["fragment"] if len(row["fragment"]) <= 30 else f"{row['fragment'][:27]}..."
    return f"{row['id']:<48} {row['edition']:<10}" + "".join(f"{shown:>8}" for shown in times) + f"  {fragment!r}"


def _in_words(seconds: float | None) -> str:
    return f"> {LIMIT:.0f}" if seconds is None else f"{seconds:.2f}"


def show(found: dict[str, Any]) -> None:
    """The slowest, the fragments that cost most, and what is wrong."""
    pairs = found["pairs"]
    print(
        f"{found['subjects']} views and types in their editions; {pairs['short']:,} pairs of one and a fragment\n"
        f"on short replies, {pairs['long']:,} on long ones; {found['cpu_seconds']:.0f} s of CPU time"
    )
    heading = f"{'seconds, views aside':<59}" + "".join(f"{f'{length // 1000} k':>8}" for length in LONG) + "  of"
    print(f"\nslowest on long replies\n{heading}")
    for row in found["long"][:15]:
        print(_worded(row))
    print(f"\ndearest fragments: seconds of all together on {SHORT[-1] // 1000} k")
    for fragment, seconds in list(found["fragments"].items())[:10]:
        print(f"{seconds:>8.2f}  {fragment[:60]!r}")
    for fault in found["faults"]:
        print(f"\nraises: {fault['id']} ({fault['edition']}) on {fault['fragment'][:30]!r}: {fault['error']}")
    print(f"\n{len(found['superlinear'])} take more than {TRIPLE:g} times as long for twice the length")
    if found["superlinear"]:
        print(heading)
    for row in found["superlinear"]:
        print(_worded(row))


def main() -> int:
    """Run; the exit status is 1 when a type takes more than linear time, or raises."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="types whose id holds this; Text. for the views alone")
    parser.add_argument("--full", action="store_true", help="long replies of every fragment for every type")
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args()
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, _stop)
    survey = Survey(args.only)
    survey.screen()
    survey.lengthen(args.full)
    found = survey.outcome()
    if args.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)
    return int(bool(found["superlinear"] or found["faults"]))


if __name__ == "__main__":
    sys.exit(main())
