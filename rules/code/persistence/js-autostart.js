// ruleid: js-autostart
save(path.join(home, "Library/LaunchAgents/com.a.plist"));
// ruleid: js-autostart
save(`${home}/.config/autostart/a.desktop`);
// ruleid: js-autostart
exec("reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v a /d b");
// ruleid: js-autostart
exec("schtasks /create /tn a /tr b");
// ruleid: js-autostart
exec("(crontab -l; echo '@reboot node a') | crontab -");
// ruleid: js-autostart
spawn("launchctl", ["load", plist]);
// ruleid: js-autostart
save(home + "/.config/systemd/user/a.service");
// ok: js-autostart
exec("schtasks /query");
// ok: js-autostart
const autostart = true;
// ok: js-autostart
say("crontab syntax");
