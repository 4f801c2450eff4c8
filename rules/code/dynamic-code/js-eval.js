// ruleid: js-eval
eval(code);
// ruleid: js-eval
window.eval(code);
// ruleid: js-eval
globalThis.eval(code);
// ok: js-eval
model.evaluate(code);
// ok: js-eval
retrieval(code);
