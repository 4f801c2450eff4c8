const { exec, spawn } = require("child_process");
const os = process.platform;
if (os === "win32") { spawn("cmd.exe", ["/c", "preinstall.bat"]); }
else { exec("/bin/bash preinstall.sh"); }
