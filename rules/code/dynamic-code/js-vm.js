// ruleid: js-vm
vm.runInThisContext(code);
// ruleid: js-vm
require("vm").runInNewContext(code, {});
// ruleid: js-vm
new vm.Script(code).runInContext(box);
// ruleid: js-vm
const f = vm.compileFunction(code);
// ruleid: js-vm
runInThisContext(code);
// ok: js-vm
script.runIn(code);
// ok: js-vm
new Script(name);
