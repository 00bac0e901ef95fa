"""One bar a member while an ensemble trains; plain lines where the output is no terminal."""

from collections.abc import Sequence

from rich.progress import Progress, TaskID

from sandbox.demo.member_lines import is_progress, read_progress


class MemberBars:
    """Shows what a job's log lines tell of its members; jobs without members show nothing."""

    def __init__(self, domain: str, bars: Progress) -> None:
        self._domain, self._bars = domain, bars
        self._tasks: dict[str, TaskID] = {}
        self._printed = 0

    def show(self, lines: Sequence[str]) -> None:
        """`lines`: all of the job, from the first on."""
        if self._bars.disable:
            return
        if self._bars.console.is_terminal:
            self._draw(lines)
        else:
            self._print(lines)

    def _draw(self, lines: Sequence[str]) -> None:
        for name, member in read_progress(lines).items():
            if name not in self._tasks:
                self._tasks[name] = self._bars.add_task("", total=1.0, start=False)
            task = self._tasks[name]
            if member.begun:
                self._bars.start_task(task)
            self._bars.update(task, completed=member.done, description=f"  {name:18} {member.told}")

    def _print(self, lines: Sequence[str]) -> None:
        told = [line for line in lines if is_progress(line)]
        for line in told[self._printed :]:
            self._bars.console.print(f"{self._domain}: {line.strip()}", markup=False, highlight=False, soft_wrap=True)
        self._printed = len(told)
