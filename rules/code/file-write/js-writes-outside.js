// ruleid: js-writes-outside
fs.writeFileSync(path.join(os.homedir(), ".x"), body);
// ruleid: js-writes-outside
fs.createWriteStream(path.join(os.tmpdir(), name));
// ruleid: js-writes-outside
fs.writeFileSync("/tmp/ld.py", body);
// ruleid: js-writes-outside
fs.writeFile(`${process.env.APPDATA}/x.exe`, body, done);
// ok: js-writes-outside
fs.writeFileSync(path.join(dir, ".x"), body);
// ok: js-writes-outside
fs.readFileSync(path.join(os.homedir(), ".x"));
