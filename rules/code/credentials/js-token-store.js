// ruleid: js-token-store
read(path.join(home, ".git-credentials"));
// ruleid: js-token-store
read(`${home}/.bash_history`);
// ruleid: js-token-store
exec("gh auth token", take);
// ruleid: js-token-store
const found = text.match(/ghp_[A-Za-z0-9]{36}/g);
// ruleid: js-token-store
const npm = text.match(/npm_[A-Za-z0-9]{36}/);
// ok: js-token-store
read("history.md");
// ok: js-token-store
exec("gh issue list");
