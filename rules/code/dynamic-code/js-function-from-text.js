// ruleid: js-function-from-text
new Function(code);
// ruleid: js-function-from-text
new Function("a", code)(1);
// ruleid: js-function-from-text
Function(code)();
// ruleid: js-function-from-text
globalThis["Function"](code)();
// ok: js-function-from-text
Function("return this")();
// ok: js-function-from-text
new Function("return this")();
// ok: js-function-from-text
isFunction(code);
