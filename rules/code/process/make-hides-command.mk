# ruleid: make-hides-command
	-@sh ./build-aux/x.sh >/dev/null 2>&1 &
# ruleid: make-hides-command
X := $(shell ./a.sh >/dev/null 2>&1 &)
# ok: make-hides-command
	@which cc >/dev/null 2>&1 || exit 1
# ok: make-hides-command
	@./server &
# ok: make-hides-command
	-@rm -f x >/dev/null 2>&1
