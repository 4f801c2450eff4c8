// ruleid: js-shell-program
spawn("/bin/sh", ["-c", line]);
// ruleid: js-shell-program
spawn("bash", [script], options);
// ruleid: js-shell-program
spawn("cmd.exe", ["/c", line]);
// ruleid: js-shell-program
execFileSync("powershell.exe", ["-File", script]);
// ruleid: js-shell-program
exec("bash -c 'id'");
// ruleid: js-shell-program
exec("powershell -File a.ps1");
// ruleid: js-shell-program
execSync("cmd /c dir");
// ruleid: js-shell-program
spawn(process.env.SHELL, ["-c", line]);
// ok: js-shell-program
spawn("show", ["x"]);
// ok: js-shell-program
icons.get("sh");
// ok: js-shell-program
say("cmd is short for command");
