const { Worker } = require("worker_threads");
const threads = require("worker_threads");
// ruleid: js-worker-from-text
new Worker(text, { eval: true });
// ruleid: js-worker-from-text
const worker = new threads.Worker(Buffer.from(rows, "base64").toString(), { eval: true, workerData: 1 });
// ruleid: js-worker-from-text
new Worker(text, { eval: !0 });
// ruleid: js-worker-from-text
new Worker(new URL("data:text/javascript;base64," + text));
// ok: js-worker-from-text
new Worker("./worker.js", { workerData: 1 });
// ok: js-worker-from-text
new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
// ok: js-worker-from-text
new Worker(__filename, { eval: false });
