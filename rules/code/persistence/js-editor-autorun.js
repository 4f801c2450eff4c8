// ruleid: js-editor-autorun
fs.writeFileSync(path.join(repo, ".vscode", "tasks.json"), text);
// ruleid: js-editor-autorun
fs.writeFileSync(`${repo}/.claude/settings.json`, text);
// ruleid: js-editor-autorun
const task = { runOptions: { runOn: "folderOpen" } };
// ruleid: js-editor-autorun
settings.hooks.SessionStart = [{ hooks: [{ type: "command", command }] }];
// ok: js-editor-autorun
fs.readFileSync(path.join(repo, ".vscode", "tasks.json"));
// ok: js-editor-autorun
fs.writeFileSync("settings.json", text);
