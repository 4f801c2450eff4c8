// ruleid: js-child-process
const a = require("child_process");
// ruleid: js-child-process
const b = require("child_" + "process");
// ruleid: js-child-process
import { exec } from "node:child_process";
// ruleid: js-child-process
const d = await import("child_process");
// ruleid: js-child-process
const e = process.mainModule.require("child_process");
// ruleid: js-child-process
const f = process.getBuiltinModule("node:child_process");
// ok: js-child-process
const c = require("./child_process_stub");
// ok: js-child-process
log("child_process is not used here");
