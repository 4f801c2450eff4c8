// ruleid: js-inline-program
spawn("node", ["-e", code]);
// ruleid: js-inline-program
spawn(process.execPath, ["--no-warnings", "-e", code], { detached: true });
// ruleid: js-inline-program
execFile("python3", ["-c", code]);
// ruleid: js-inline-program
exec("node -e \"" + code + "\"");
// ruleid: js-inline-program
exec(`python3 -c "${code}"`);
// ok: js-inline-program
spawn("node", ["script.js", "-v"]);
// ok: js-inline-program
spawn("grep", ["-e", pattern]);
