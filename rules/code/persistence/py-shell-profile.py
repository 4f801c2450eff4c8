# ruleid: py-shell-profile
open(os.path.expanduser("~/.bashrc"), "a").write(line)
# ruleid: py-shell-profile
(Path.home() / ".zshrc").write_text(line)
# ruleid: py-shell-profile
os.system("echo 'a' >> ~/.bashrc")
# ok: py-shell-profile
open(os.path.expanduser("~/.bashrc")).read()
# ok: py-shell-profile
print("add this to ~/.bashrc")
