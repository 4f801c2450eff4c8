// ruleid: js-runs-agent
spawnSync("claude", ["-p", prompt]);
// ruleid: js-runs-agent
execSync(`gemini --yolo -p "${prompt}"`);
// ruleid: js-runs-agent
exec("q chat --no-interactive x");
// ok: js-runs-agent
load("claude");
// ok: js-runs-agent
spawn("node", ["claude.js"]);
