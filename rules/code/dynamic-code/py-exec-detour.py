import builtins

# ruleid: py-exec-detour
getattr(builtins, "exec")(text)
# ruleid: py-exec-detour
__builtins__["eval"]
# ruleid: py-exec-detour
run = exec
# ruleid: py-exec-detour
__import__("builtins").exec(text)
# ruleid: py-exec-detour
globals()["__import__"]("os")
# ok: py-exec-detour
getattr(cursor, "execute")(text)
# ok: py-exec-detour
run = execute
