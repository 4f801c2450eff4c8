// ruleid: js-debugger-check
(function () {}).constructor("debugger")();
// ruleid: js-debugger-check
fn["constructor"]("debu" + "gger")();
// ruleid: js-debugger-check
setInterval(() => { debugger; }, 100);
// ruleid: js-debugger-check
if (process.execArgv.join(" ").includes("--inspect")) { stop(); }
// ruleid: js-debugger-check
if (inspector.url()) { stop(); }
// ok: js-debugger-check
function f() { debugger; }
// ok: js-debugger-check
const debug = require("debug");
