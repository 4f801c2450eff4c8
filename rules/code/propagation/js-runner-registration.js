// ruleid: js-runner-registration
post(`/repos/${o}/${r}/actions/runners/registration-token`);
// ruleid: js-runner-registration
exec(`./config.sh --url ${u} --unattended --token ${t}`);
// ruleid: js-runner-registration
get("https://a.invalid/actions-runner-linux-x64.tar.gz");
// ok: js-runner-registration
exec("./config.sh --help");
// ok: js-runner-registration
const runner = "actions";
