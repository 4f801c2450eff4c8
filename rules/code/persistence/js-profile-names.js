for (const shell of ["bash", "zsh"]) {
  // ruleid: js-profile-names
  const file = `${home}/.${shell}rc`;
  fs.appendFileSync(file, line);
}
for (const shell of ["bash", "zsh"]) {
  // ruleid: js-profile-names
  const file = "/." + shell + "rc";
  fs.appendFileSync(home + file, line);
}
// ok: js-profile-names
const own = "." + name + "-settings";
fs.writeFileSync(own, "{}");
