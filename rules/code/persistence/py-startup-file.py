import os
import shutil

# ruleid: py-startup-file
open(os.path.join(folder, "init_hook.pth"), "w").write("import a")
# ruleid: py-startup-file
(folder / "sitecustomize.py").write_text(code)
# ruleid: py-startup-file
shutil.copy(source, os.path.join(folder, "usercustomize.py"))
# ok: py-startup-file
open(os.path.join(folder, "init_hook.pth")).read()
# ok: py-startup-file
torch.save(model, "weights.pth")
