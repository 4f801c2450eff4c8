# ruleid: py-git-push
subprocess.run(["git", "push", "origin", "main"])
# ruleid: py-git-push
os.system("git add . && git commit -m a && git push")
# ok: py-git-push
subprocess.run(["git", "pull"])
# ok: py-git-push
stack.push(one)
