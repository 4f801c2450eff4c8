// ruleid: js-makes-executable
fs.chmodSync(file, 0o755);
// ruleid: js-makes-executable
fs.chmodSync(file, "755");
// ruleid: js-makes-executable
await fs.promises.chmod(file, 0o700);
// ruleid: js-makes-executable
exec("chmod +x " + file);
// ruleid: js-makes-executable
spawn("chmod", ["+x", file]);
// ok: js-makes-executable
fs.chmodSync(file, 0o644);
// ok: js-makes-executable
fs.chmodSync(file, mode);
