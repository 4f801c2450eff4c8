for (const step of steps) {
  // ruleid: js-data-names-call
  require(step.m)[step.f](...step.a);
}
// ruleid: js-data-names-call
require(row["module"])[row["call"]]();
// ok: js-data-names-call
require(plugin.path)(options);
// ok: js-data-names-call
require("./lib/format")[name](text);
