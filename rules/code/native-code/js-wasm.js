// ruleid: js-wasm
await WebAssembly.instantiate(bytes, {});
// ruleid: js-wasm
const m = new WebAssembly.Module(bytes);
// ruleid: js-wasm
await WebAssembly.compile(bytes);
// ok: js-wasm
const known = typeof WebAssembly === "object";
// ok: js-wasm
say("WebAssembly");
