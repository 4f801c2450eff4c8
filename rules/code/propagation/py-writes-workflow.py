# ruleid: py-writes-workflow
open(os.path.join(root, ".github/workflows/format.yml"), "w").write(text)
# ruleid: py-writes-workflow
(root / ".github/workflows/a.yml").write_text(text)
# ok: py-writes-workflow
open(".github/workflows/format.yml").read()
# ok: py-writes-workflow
paths = [".github/workflows/"]
