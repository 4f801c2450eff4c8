// ruleid: js-window-hidden
exec("whoami", { windowsHide: true }, done);
// ruleid: js-window-hidden
exec("powershell -NoProfile -WindowStyle Hidden -File a.ps1");
// ruleid: js-window-hidden
spawn("powershell.exe", ["-WindowStyle", "Hidden", "-File", path]);
// ok: js-window-hidden
exec("whoami", { windowsHide: false }, done);
// ok: js-window-hidden
element.style = "-WindowStyle: hidden";
