// ruleid: js-async-function-constructor
const A = Object.getPrototypeOf(async function () {}).constructor;
// ruleid: js-async-function-constructor
const B = Object.getPrototypeOf(async () => {}).constructor;
// ruleid: js-async-function-constructor
const C = (async () => {}).constructor;
// ok: js-async-function-constructor
const D = Object.getPrototypeOf(value).constructor;
// ok: js-async-function-constructor
const E = (async () => {})();
