// ruleid: js-git-push
exec("git push --force origin main");
// ruleid: js-git-push
spawn("git", ["-C", dir, "push"]);
// ruleid: js-git-push
exec(`git add . && git commit -m x && git push`);
// ok: js-git-push
exec("git pull");
// ok: js-git-push
say("digit push");
