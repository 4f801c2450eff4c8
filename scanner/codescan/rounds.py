"""Many changes ask the rule engine, and it is started once a round: its start costs more than most questions."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TypeVar

import msgspec

from scanner.codescan.engine import Answer, Hit, Staged
from scanner.codescan.rules import CodeRule
from scanner.model.component import Problem

Told = TypeVar("Told")
RunEngine = Callable[[Sequence[Staged], Sequence[CodeRule]], Answer]
"""The engine, with everything but files and rules decided."""
_MOST_FILES = 5_000
_MOST_BYTES = 256 * 1024 * 1024


def together(
    asking: Sequence[Generator[tuple[Sequence[Staged], Sequence[CodeRule]], Answer, Told]],
    run: RunEngine,
) -> list[Told]:
    """What each of them says in the end, after as many runs as the longest has questions.

    Each file is run with its own rules only, so that nobody's answer depends on who else asks. Raises `EngineError`
    as `run` does.
    """
    told: dict[int, Told] = {}
    answers: dict[int, Answer | None] = dict.fromkeys(range(len(asking)))
    while answers:
        files: list[Staged] = []
        rules: dict[str, CodeRule] = {}
        for number, answer in list(answers.items()):
            try:
                mine, wanted = asking[number].send(answer)  # type: ignore[arg-type]  # the first time, it takes None
            except StopIteration as end:
                told[number] = end.value
                del answers[number]
                continue
            files += (_marked(file, number) for file in mine)
            rules.update((rule.id, rule) for rule in wanted)
        answers = _divided(_answer(files, [rules[id_] for id_ in sorted(rules)], run), list(answers))
    return [told[number] for number in range(len(asking))]


def _answer(files: Sequence[Staged], rules: Sequence[CodeRule], run: RunEngine) -> Answer:
    """One run, but for so many files that their names would not fit on a command line, or that memory is short."""
    hits: list[Hit] = []
    problems: list[Problem] = []
    slice_: list[Staged] = []
    size = 0
    for number, file in enumerate(files, 1):
        slice_.append(file)
        size += len(file.data)
        if len(slice_) == _MOST_FILES or size > _MOST_BYTES or number == len(files):
            answer = run(slice_, rules)
            hits += answer.hits
            problems += answer.problems
            slice_, size = [], 0
    return Answer(hits=tuple(hits), problems=tuple(problems))


def _marked(file: Staged, number: int) -> Staged:
    return Staged(f"{number}\0{file.key}", file.data, file.ending, file.rules)


def _divided(answer: Answer, asked: Iterable[int]) -> dict[int, Answer | None]:
    """To each what is about its own files; a problem of the engine as a whole goes to the first."""
    hits: dict[int, list[Hit]] = {number: [] for number in asked}
    problems: dict[int, list[Problem]] = {number: [] for number in asked}
    for hit in answer.hits:
        number, _, key = hit.key.partition("\0")
        hits[int(number)].append(msgspec.structs.replace(hit, key=key))
    for problem in answer.problems:
        number, marked, key = problem.where.partition("\0")
        whose = int(number) if marked else next(iter(problems))
        problems[whose].append(msgspec.structs.replace(problem, where=key) if marked else problem)
    return {number: Answer(hits=tuple(hits[number]), problems=tuple(problems[number])) for number in asked}
