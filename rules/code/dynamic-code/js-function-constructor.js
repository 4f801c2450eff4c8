// ruleid: js-function-constructor
new (Function.constructor)("require", code)(require);
// ruleid: js-function-constructor
Function.prototype.constructor(code)();
// ruleid: js-function-constructor
[].constructor.constructor(code)();
// ruleid: js-function-constructor
[]["filter"]["constructor"](code)();
// ruleid: js-function-constructor
fn["constructor"](code)();
// ruleid: js-function-constructor
fn["con" + "structor"](code)();
// ruleid: js-function-constructor
(() => {}).constructor("return process")();
// ok: js-function-constructor
const copy = new this.constructor(value);
// ok: js-function-constructor
if (a.constructor === Object) {}
