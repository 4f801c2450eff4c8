function one() {
  // ruleid: js-runs-what-it-wrote
  fs.writeFileSync(target, body);
  spawn("node", [target]);
}
function two() {
  // ruleid: js-runs-what-it-wrote
  fs.chmodSync(target, 0o755);
  log("ready");
  execFile(target, []);
}
function three() {
  // ruleid: js-runs-what-it-wrote
  fs.writeFileSync(target, body);
  require(target);
}
function four() {
  // ok: js-runs-what-it-wrote
  fs.writeFileSync(target, body);
  spawn("node", [other]);
}
function five() {
  // ok: js-runs-what-it-wrote
  fs.chmodSync(target, 0o755);
  execFile(other, []);
}
