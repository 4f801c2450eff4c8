// ruleid: js-git-hook
fs.writeFileSync(`${repo}/.git/hooks/pre-commit`, text);
// ruleid: js-git-hook
const dir = path.join(repo, ".git", "hooks");
// ruleid: js-git-hook
exec("git config core.hooksPath .x");
// ok: js-git-hook
const dir2 = path.join(repo, ".git", "refs");
// ok: js-git-hook
say("git hooks");
