// ruleid: js-ssh-key
read(path.join(os.homedir(), ".ssh", name));
// ruleid: js-ssh-key
read(`${home}/.ssh/id_rsa`);
// ruleid: js-ssh-key
const names = ["id_ed25519", name];
// ok: js-ssh-key
read("ssh.md");
// ok: js-ssh-key
const grid_rsa = "grid_rsa";
