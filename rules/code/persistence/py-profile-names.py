# ruleid: py-profile-names
for name in (".bashrc", ".zshrc"):
    with (home / name).open("a") as out:
        out.write("x")

for shell in shells:
    # ruleid: py-profile-names
    where = f"{home}/.{shell}rc"
    open(where, "a").write("x")

# ok: py-profile-names
SHELLS = ["bash", "zsh"]
# ok: py-profile-names
hint = "add it to ~/.bashrc yourself"
