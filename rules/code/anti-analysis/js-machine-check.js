// ruleid: js-machine-check
if (model.includes("VMware")) { process.exit(0); }
// ruleid: js-machine-check
if (user === "WDAGUtilityAccount") { process.exit(0); }
// ruleid: js-machine-check
if (/vmware|virtualbox|qemu/i.test(model)) { process.exit(0); }
// ruleid: js-machine-check
const bad = ["vmtoolsd.exe", "VBoxService.exe"];
// ok: js-machine-check
if (model.includes("laptop")) { go(); }
// ok: js-machine-check
const sandbox = create();
// ok: js-machine-check
if (name.startsWith("vboxnet")) { go(); }
