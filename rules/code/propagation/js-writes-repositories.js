// ruleid: js-writes-repositories
await octokit.rest.repos.createForAuthenticatedUser({ name: "a" });
// ruleid: js-writes-repositories
await post("https://api.github.com/user/repos", { name });
// ruleid: js-writes-repositories
await octokit.request("PUT /repos/{owner}/{repo}/contents/{path}", file);
// ok: js-writes-repositories
await octokit.rest.repos.get({ owner, repo });
// ok: js-writes-repositories
get("/users/repositories");
