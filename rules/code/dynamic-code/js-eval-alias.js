// ruleid: js-eval-alias
(0, eval)(code);
// ruleid: js-eval-alias
globalThis["eval"](code);
// ruleid: js-eval-alias
globalThis["ev" + "al"](code);
// ruleid: js-eval-alias
const run = eval;
// ruleid: js-eval-alias
const tools = { run: eval };
// ruleid: js-eval-alias
[eval][0](code);
// ruleid: js-eval-alias
eval.call(null, code);
// ruleid: js-eval-alias
Reflect.apply(eval, null, [code]);
// ruleid: js-eval-alias
text().then(eval);
// ok: js-eval-alias
eval(code);
// ok: js-eval-alias
const run = evaluate;
