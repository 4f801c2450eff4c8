# ruleid: make-runs-own-file
X := $(shell ./tests/files/probe)
# ruleid: make-runs-own-file
Y := $(shell sh $(srcdir)/testdata/wide.tbl)
# ruleid: make-runs-own-file
Z := $(shell /tmp/.w)
# ok: make-runs-own-file
A := $(shell git describe)
# ok: make-runs-own-file
B := $(shell ./scripts/version.sh)
# ok: make-runs-own-file
C := $(shell ls tests/files)
