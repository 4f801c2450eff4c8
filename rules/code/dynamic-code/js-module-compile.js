// ruleid: js-module-compile
m._compile(code, "x.js");
// ruleid: js-module-compile
new Module("x")._compile(code, file);
// ruleid: js-module-compile
m["_comp" + "ile"](code, "");
// ok: js-module-compile
template.compile(code);
// ok: js-module-compile
m._compileAll(code);
