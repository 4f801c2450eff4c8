// ruleid: js-process-outlives-parent
spawn(process.execPath, ["worker.js"], { detached: true, stdio: "ignore" });
// ruleid: js-process-outlives-parent
cp.spawn("node", ["w.js"], { stdio: "ignore", cwd: dir, detached: true });
// ruleid: js-process-outlives-parent
spawn("node", ["w.js"], { detached: true }).unref();
// ok: js-process-outlives-parent
spawn("node", ["w.js"], { detached: false, stdio: "ignore" });
// ok: js-process-outlives-parent
spawn("node", ["w.js"], { detached: true, stdio: "inherit" });
