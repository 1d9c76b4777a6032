"""What is shown beside the four accuracies (labels, density, wordings, turns, samples): one line a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ifbench.tables import READINGS

Results = Mapping[str, Any]
Entry = Mapping[str, Any]


class Measure(NamedTuple):
    """One number in both readings: its ``label`` in a table, and its place in CSV.

    ``entries`` are those of ``results.json``, by reading. ``percent``: they are shares, shown in per cent.
    """

    label: str
    table: str
    group: str
    metric: str
    entries: Mapping[str, Entry]
    percent: bool = True


LABELS_LEGEND = (
    "By label. Constraints: those of this sort that are followed; answers: those held to any that follow all; "
    "violations in 100: how many are not followed in 100 answers of the set."
)
DENSITY_LEGEND = (
    "Density: the same tasks with more and more constraints; if independent: prompt level, were each constraint "
    "followed with the chance of instruction level whatever becomes of the others."
)
WORDINGS_LEGEND = "Wordings: prompts asked in several, followed in each, in any of them, and in every one."
TURNS_LEGEND = (
    "Over turns. Adherence: the user's rules in force that are followed, by age (how many turns ago they were given). "
    "Forgetting: of the rules followed in a turn and still in force in the next, those not followed there; correction: "
    "of those not followed, those followed there; both of the system's rules too, where both answers are there. "
    "Over-persistence: of the checks of withdrawn rules that must stop, those in which they are still obeyed, where "
    "there is an answer. Streak: turns followed in a row from the first. Whole conversations: followed in every turn. "
    "n: how many of how many, or over how many conversations."
)
SAMPLES_LEGEND = (
    "Over samples. pass@k: at least one of k samples follows every turn; pass^k: all k do; both over n prompts. "
    "Level: mean ± standard deviation of the score of the whole set between n samples."
)


def turn_measures(results: Results) -> Iterator[Measure]:
    """The numbers under ``turns``, in the order they are shown; none where there are none."""
    turns: Mapping[str, Any] = results.get("turns", {})
    for age, entries in turns.get("age", {}).items():
        yield Measure(f"adherence, age {age}", "age", age, "", entries)
    transitions: Mapping[str, Any] = turns.get("transitions", {})
    for metric in ("forgetting", "correction"):
        for group, changes in transitions.items():
            where = "all turns" if group == "all" else f"turns {group.replace('-', '–')}"
            yield Measure(f"{metric}, {where}", "transition", group, metric, changes[metric])
    if "over_persistence" in turns:
        yield Measure("over-persistence", "over_persistence", "", "", turns["over_persistence"])
    if "streak" in turns:
        yield Measure("streak, turns", "streak", "turns", "", turns["streak"]["turns"], percent=False)
        yield Measure("streak, share of turns", "streak", "share", "", turns["streak"]["share"])
    if "conversations" in turns:
        yield Measure("whole conversations", "conversations", "", "", turns["conversations"])
    rules: Mapping[str, Any] = turns.get("rules", {})
    for whose in ("user", "system"):
        if whose in rules:
            yield Measure(f"{whose} rules", "rules", whose, "", rules[whose])
    for turn, entries in rules.get("system_by_turn", {}).items():
        yield Measure(f"system rules, turn {turn}", "rules", f"system turn {turn}", "", entries)


def sample_measures(results: Results) -> Iterator[Measure]:
    """The numbers under ``samples``, in the order they are shown; none where there are none."""
    samples: Mapping[str, Any] = results.get("samples", {})
    for name, sign in (("pass_at", "@"), ("pass_all", "^")):
        for k, entries in samples.get(name, {}).items():
            yield Measure(f"pass{sign}{k}", name, k, "", entries)
    spread: Mapping[str, Any] = samples.get("spread", {})
    for level in ("prompt", "instruction"):
        if spread:
            entries = {
                reading: {
                    "value": spread[f"{level}_{reading}"]["mean"],
                    "sd": spread[f"{level}_{reading}"]["sd"],
                    "n": samples["n"],
                }
                for reading in READINGS
            }
            yield Measure(f"{level} level", "spread", level, "", entries)


def label_measures(results: Results) -> Iterator[Measure]:
    """The numbers under ``by_label``, in the order they are shown; none where there are none."""
    for label, table in results.get("by_label", {}).items():
        yield Measure(f"{label}, constraints", "label", label, "constraints", table["constraints"])
        yield Measure(f"{label}, answers", "label", label, "answers", table["answers"])
        violations: Mapping[str, Entry] = table["violations_per_100"]
        yield Measure(f"{label}, violations in 100", "label", label, "violations_per_100", violations, percent=False)


def density_measures(results: Results) -> Iterator[Measure]:
    """The numbers under ``density``, by how many constraints there are; none where there are none."""
    for size, table in results.get("density", {}).items():
        for level in ("prompt", "instruction"):
            entries = {reading: table[f"{level}_{reading}"] for reading in READINGS}
            yield Measure(f"{size}, {level} level", "density", size, level, entries)
        yield Measure(f"{size}, if independent", "density", size, "independent", table["independent"])


def wording_measures(results: Results) -> Iterator[Measure]:
    """The numbers under ``wordings``, in the order they are shown; none where there are none."""
    wordings: Mapping[str, Any] = results.get("wordings", {})
    for wording, entries in wordings.get("each", {}).items():
        yield Measure(f"wording {wording}" if wording != "0" else "as in the set", "wording", wording, "", entries)
    for name in ("any", "every"):
        if name in wordings:
            yield Measure(f"in {name} wording", "wording", name, "", wordings[name])


def percent(share: float | None, places: int = 1) -> str:
    """A share in per cent: never shown as all or none of something unless it is. A dash where it is not known.

    >>> percent(0.99996), percent(1.0), percent(0.00001, 2), percent(None)
    ('99.9', '100.0', '0.01', '–')
    """
    if share is None:
        return "–"
    number, least = 100 * share, 10**-places
    if 0 < share < 1:
        number = min(max(number, least), 100 - least)
    return f"{number:.{places}f}"


def share_cell(entry: Entry, between: str = " ") -> str:
    """A share in per cent with its interval, in the least room: ``83.3 (70.1–91.2)``."""
    low, high = map(_short, entry["ci95"])
    return f"{_short(entry['value'])}{between}({low}–{high})"


def _short(share: float) -> str:
    # Two digits and one decimal fit every number but this one.
    return "100" if share == 1 else percent(share)


def _cells(measure: Measure | None, reading: str) -> tuple[str, str]:
    """The number and its n; a dash where there was nothing to count."""
    if measure is None or not measure.entries[reading]["n"]:
        return "–", "0"
    entry = measure.entries[reading]
    counted = next((entry[name] for name in ("followed", "number") if name in entry), None)
    n = str(entry["n"]) if counted is None else f"{counted}/{entry['n']}"
    if "ci95" not in entry and "sd" not in entry:
        return percent(entry["value"]), n
    if "sd" in entry:
        return f"{percent(entry['value'])} ± {percent(entry['sd'])}", n
    if measure.percent:
        return share_cell(entry), n
    bounds = [float(bound) for bound in entry["ci95"]]
    return f"{entry['value']:.2f} ({bounds[0]:.2f}–{bounds[1]:.2f})", n


def measure_table(
    title: str, results: Sequence[Results], measures: Callable[[Results], Iterator[Measure]]
) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a table of ``measures``."""
    found = [{measure.label: measure for measure in measures(result)} for result in results]
    header = [title]
    for reading in READINGS:
        header += [reading, "n"]
    rows: list[list[str]] = []
    for label in dict.fromkeys(label for own in found for label in own):
        # What holds for one sample alone is said once.
        if label == "pass^1":
            continue
        own_rows = [[cell for reading in READINGS for cell in _cells(own.get(label), reading)] for own in found]
        rows += under(label, results, own_rows)
    return header, rows


def under(label: str, results: Sequence[Results], rows: Sequence[list[str]]) -> list[list[str]]:
    """Rows of cells, one a result, with ``label`` before them; above them, and before them the models, where there are
    several."""
    if len(results) == 1:
        return [[label, *rows[0]]]
    named = [[f"  {result['model']}", *cells] for result, cells in zip(results, rows, strict=True)]
    return [[label, *([""] * len(rows[0]))], *named]


_ALL = (label_measures, density_measures, wording_measures, turn_measures, sample_measures)


def measure_lines(results: Results) -> Iterator[list[Any]]:
    """The rows of CSV for all measures, from the table's name on: what is counted stands under ``count``."""
    for measure in (measure for measures in _ALL for measure in measures(results)):
        if measure.table == "spread":
            continue
        for reading, entry in measure.entries.items():
            metric = f"{measure.metric}_{reading}" if measure.metric else reading
            counted = entry.get("followed", entry.get("number", ""))
            bounds = entry.get("ci95", ("", ""))
            yield [measure.table, measure.group, metric, entry["value"], counted, entry["n"], *bounds]
    samples: Mapping[str, Any] = results.get("samples", {})
    for metric, spread in samples.get("spread", {}).items():
        named = {"mean": spread["mean"], "sd": spread["sd"]}
        named |= {f"sample {number}": value for number, value in enumerate(spread["values"])}
        for name, value in named.items():
            yield ["spread", metric, name, value, "", samples["n"], "", ""]
