"""What judging a typical update costs: a package of a megabyte of which 40 files changed, `pratique diff` as a command.

    python -m benchmarks.code_speed [--files N] [--changed N] [--megabytes N] [--runs N]

The sides are folders of JavaScript of our own, with the calls that honest code makes (processes, files, requests), so
that rules have something to be asked about. Prints CPU and wall seconds, the least of the runs.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from benchmarks.run import PRATIQUE, cost

_PIECES = (
    """function {name}(input, options) {{
  const found = String(input).split(options.mark || ',');
  return found.map((one) => one.trim()).filter((one) => one.length > {n});
}}
""",
    """async function {name}(name) {{
  const reply = await fetch(`${{base}}/items/${{name}}?page={n}`);
  if (!reply.ok) throw new Error(`no item ${{name}}`);
  return reply.json();
}}
""",
    """function {name}(folder) {{
  return fs.readdirSync(folder).map((file) => path.join(folder, file)).slice({n});
}}
""",
    """class {name} extends Base {{
  constructor(options) {{
    super(options);
    this.limit = options.limit ?? {n};
  }}
}}
""",
    """function {name}(command, args) {{
  const child = spawn(command, args, {{ stdio: 'inherit', timeout: {n} }});
  return new Promise((done) => child.on('exit', done));
}}
""",
)
_HEAD = "const fs = require('fs');\nconst path = require('path');\nconst { spawn } = require('child_process');\n\n"


def make(folder: Path, files: int, size: int, *, changed: int) -> None:
    """Write one side; in the first `changed` files every twentieth function is another than in the other side."""
    for number in range(files):
        chance = random.Random(number)  # repeatable, not secret
        text, count = [_HEAD], 0
        while sum(map(len, text)) < size // files:
            piece = chance.choice(_PIECES).format(name=f"work{number}x{count}", n=chance.randrange(1_000))
            text.append(piece)
            count += 1
            if number < changed and count % 20 == 0:
                text.append(_PIECES[(number + count) % len(_PIECES)].format(name=f"fresh{number}x{count}", n=count))
        path = folder / "lib" / f"part{number}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(text), encoding="utf-8")
    (folder / "package.json").write_text(f'{{"name": "parts", "version": "1.0.{min(changed, 1)}"}}\n', encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--changed", type=int, default=40)
    parser.add_argument("--megabytes", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="code-speed-") as name:
        scratch = Path(name)
        old, new = scratch / "old", scratch / "new"
        size = int(options.megabytes * 1_000_000)
        make(old, options.files, size, changed=0)
        make(new, options.files, size, changed=options.changed)
        command = [*PRATIQUE, "diff", str(old), str(new)]
        best_cpu, best_wall = float("inf"), float("inf")
        for _ in range(options.runs):
            began = time.perf_counter()
            used = cost(command, allowed=(0, 1))
            best_wall = min(best_wall, time.perf_counter() - began)
            best_cpu = min(best_cpu, used.seconds)
        start = min(cost([*PRATIQUE, "--version"]).seconds for _ in range(options.runs))
        print(f"{options.changed} of {options.files} files changed, {options.megabytes} MB: {best_cpu:.1f} s CPU, "
              f"{best_wall:.1f} s wall; of that the command's own start {start:.2f} s CPU")  # fmt: skip


if __name__ == "__main__":
    main()
