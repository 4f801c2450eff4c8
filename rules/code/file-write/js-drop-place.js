// ruleid: js-drop-place
save("/tmp/.x11-lock");
// ruleid: js-drop-place
save("%APPDATA%\\x.exe");
// ruleid: js-drop-place
save("/Library/Caches/com.apple.act.mond");
// ruleid: js-drop-place
save("C:/ProgramData/wt.exe");
// ok: js-drop-place
save("/tmp/report.txt");
// ok: js-drop-place
save("Library/Caches/app");
