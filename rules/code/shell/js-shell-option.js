// ruleid: js-shell-option
spawn("ls", { shell: true });
// ruleid: js-shell-option
spawn(command, args, { stdio: "ignore", shell: true });
// ruleid: js-shell-option
exec(command, { shell: "/bin/bash" });
// ok: js-shell-option
spawn("ls", [], { shell: false });
// ok: js-shell-option
open({ shell: true });
