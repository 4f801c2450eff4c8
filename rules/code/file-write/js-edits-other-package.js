// ruleid: js-edits-other-package
fs.writeFileSync(require.resolve("ethers"), patched);
// ruleid: js-edits-other-package
fs.writeFileSync(path.join(root, "node_modules", "a", "index.js"), patched);
// ruleid: js-edits-other-package
fs.appendFileSync("node_modules/a/index.js", patched);
// ruleid: js-edits-other-package
fs.copyFileSync(mine, path.join(app, "resources/app.asar"));
// ok: js-edits-other-package
fs.readFileSync(require.resolve("a"));
// ok: js-edits-other-package
fs.writeFileSync("dist/index.js", text);
