// ruleid: js-function-that-requires
new Function("require", code)(require);
// ruleid: js-function-that-requires
Function("module", "require", code)(module, require);
// ruleid: js-function-that-requires
new (Function.constructor)("require", code)(require);
// ruleid: js-function-that-requires
(() => {}).constructor("req" + "uire", code)(require);
// ruleid: js-function-that-requires
new Maker("require", code)(require);
// ok: js-function-that-requires
new Function("value", code)(value);
// ok: js-function-that-requires
define("require", code);
