// ruleid: js-writes-workflow
put(`/repos/${o}/${r}/contents/.github/workflows/a.yml`, text);
// ruleid: js-writes-workflow
fs.writeFileSync(path.join(dir, ".github", "workflows", "a.yml"), text);
// ok: js-writes-workflow
read(".github/dependabot.yml");
// ok: js-writes-workflow
const workflows = [];
