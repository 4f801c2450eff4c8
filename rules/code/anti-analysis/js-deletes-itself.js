// ruleid: js-deletes-itself
fs.unlinkSync(__filename);
// ruleid: js-deletes-itself
fs.unlink(__filename, () => {});
// ruleid: js-deletes-itself
fs.unlinkSync(process.argv[1]);
// ruleid: js-deletes-itself
fs.rmSync(__dirname, { recursive: true });
// ruleid: js-deletes-itself
fs.unlinkSync(path.join(__dirname, "setup.js"));
// ok: js-deletes-itself
fs.unlinkSync(file);
// ok: js-deletes-itself
fs.rmSync(path.join(out, name));
