"""Which lines of Go, Java and C# run because a package or class is loaded."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.codescan.loaded_lines import loaded
from scanner.codescan.triggers import Triggers
from scanner.model.signal import Trigger
from tests.codescan.trees import Files

# A line that ends with `!` in a comment is one that runs.
GO = """
package a

import "os/exec"

var client = New() // !
var _ = start() // !
var (  // !
	size = 3 // !
	made = build() // !
) // !
var late = func() int { // !
	return 3 // !
}() // !
var limit = 3

func start() error { // !
	return exec.Command(`/bin/sh {`).Start() // !
} // !

// func init() { never() }
func Other() {
	exec.Command("ls")
}

func init() { // !
	helper() // start } !
} // !

func (s *Server) helper() { // !
	deeper() // !
} // !

func deeper() {} // !
func build() int { return 1 } // !
func never() { start() }
"""
JAVA = """
class A {
  private static final Logger LOG = Logger.get("x"); // !
  static final int MOST = 3;
  static { boot(); } // !
  static void boot() { // !
    if (ready) { run(); } // !
  } // !
  void other() throws IOException {
    if (ready) { run(1); }
  }
  static int twice(int a) { return a; }
}
"""
CS = """
class A {
  static A() { Boot(); } // !
  static void Boot() { // !
    Run(); // !
  } // !
  void Other() {
    Start();
  }
}
"""


@pytest.mark.parametrize(("path", "text"), [("a.go", GO), ("A.java", JAVA), ("A.cs", CS)])
def test_what_runs_when_it_is_loaded(path: str, text: str) -> None:
    wanted = {number for number, line in enumerate(text.split("\n"), 1) if line.endswith("!")}
    assert loaded(path, text) == wanted


@pytest.mark.parametrize("path", ["a_test.go", "a.py", "a.txt"])
def test_other_files_are_not_looked_at(path: str) -> None:
    assert loaded(path, GO) == frozenset()


def test_a_line_has_its_own_trigger() -> None:
    triggers = Triggers(Files({"a.go": GO, "b.go": "package a\n\nfunc F() {}\n"}))
    lines = GO.split("\n")
    assert triggers.of("a.go", lines.index("\thelper() // start } !") + 1) is Trigger.IMPORT
    assert triggers.of("a.go", lines.index('\texec.Command("ls")') + 1) is Trigger.RUN
    assert triggers.of("a.go") is Trigger.IMPORT
    assert triggers.of("b.go") is Trigger.RUN


@given(
    st.text(alphabet="func init(){}\n\"'`/*static=;abc\\ ", max_size=300), st.sampled_from(["a.go", "A.java", "a.cs"])
)
def test_any_text_can_be_read(text: str, path: str) -> None:
    assert all(1 <= number <= text.count("\n") + 1 for number in loaded(path, text))


@pytest.mark.parametrize(
    "piece", ["func init() {\n", "var a = f(\n", "static{", "static a = f(", "if (a) {", "/*", "`", "a("]
)
@pytest.mark.parametrize("path", ["a.go", "A.java"])
def test_hostile_text_costs_little(path: str, piece: str) -> None:
    began = time.process_time()
    loaded(path, piece * (300_000 // len(piece)))
    # Generous: it guards against minutes, not against milliseconds.
    assert time.process_time() - began < 20
