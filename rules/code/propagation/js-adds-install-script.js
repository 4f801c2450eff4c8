// ruleid: js-adds-install-script
pkg.scripts.postinstall = "node bundle.js";
// ruleid: js-adds-install-script
pkg.scripts = { ...pkg.scripts, preinstall: "node setup.js" };
// ruleid: js-adds-install-script
pkg["scripts"]["preinstall"] = "node a.js";
// ok: js-adds-install-script
pkg.scripts.test = "node test.js";
// ok: js-adds-install-script
run(pkg.scripts.postinstall);
