const wipe = function (folder) {
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    if (fs.statSync(file).isDirectory()) { wipe(file); }
    // ruleid: js-overwrites-folder
    else { fs.writeFileSync(file, "heart", "utf8"); }
  }
};
function copy(folder, to) {
  for (const name of fs.readdirSync(folder)) {
    if (isFolder(name)) copy(path.join(folder, name), to);
    // ok: js-overwrites-folder
    else fs.writeFileSync(path.join(to, name), fs.readFileSync(path.join(folder, name)));
  }
}
function report(folder) {
  for (const name of fs.readdirSync(folder)) { look(name); }
  // ok: js-overwrites-folder
  fs.writeFileSync("report.txt", "done");
}
