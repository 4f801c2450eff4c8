// ruleid: js-shell-profile
fs.appendFileSync(path.join(home, ".bashrc"), line);
// ruleid: js-shell-profile
fs.appendFileSync(`${home}/.zshrc`, line);
// ruleid: js-shell-profile
exec("echo x >> ~/.profile");
// ok: js-shell-profile
read("user.profile");
// ok: js-shell-profile
const name = "bashrc";
