// ruleid: js-rewrites-its-manifest
fs.writeFileSync(path.join(__dirname, "package.json"), clean);
// ruleid: js-rewrites-its-manifest
fs.renameSync("package.md", "package.json");
// ruleid: js-rewrites-its-manifest
fs.renameSync(path.join(__dirname, "a.md"), path.join(__dirname, "package.json"));
// ruleid: js-rewrites-its-manifest
fs.writeFileSync(`${__dirname}/package.json`, clean);
// ok: js-rewrites-its-manifest
fs.readFileSync(path.join(__dirname, "package.json"));
// ok: js-rewrites-its-manifest
fs.writeFileSync(path.join(cwd, "package.json"), text);
