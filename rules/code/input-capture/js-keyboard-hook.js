// ruleid: js-keyboard-hook
const hook = require("iohook");
// ruleid: js-keyboard-hook
import { uIOhook } from "uiohook-napi";
// ruleid: js-keyboard-hook
const l = new GlobalKeyboardListener();
// ruleid: js-keyboard-hook
const f = lib.func("short GetAsyncKeyState(int)");
// ok: js-keyboard-hook
document.addEventListener("keydown", go);
// ok: js-keyboard-hook
const hook = require("hook-io");
