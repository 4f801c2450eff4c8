// ruleid: js-wipes-home
fs.rmSync(os.homedir(), { recursive: true, force: true });
// ruleid: js-wipes-home
exec("rm -rf ~/");
// ruleid: js-wipes-home
exec("rm -rf $HOME/*");
// ruleid: js-wipes-home
exec("del /F /Q /S \"%USERPROFILE%\\*\"");
// ok: js-wipes-home
fs.rmSync(path.join(os.homedir(), ".cache/a"), { recursive: true });
// ok: js-wipes-home
exec("rm -rf ./dist");
