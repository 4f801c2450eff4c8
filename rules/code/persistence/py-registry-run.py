import winreg

# ruleid: py-registry-run
winreg.OpenKey(winreg.HKEY_CURRENT_USER, "Software\\Microsoft\\Windows\\CurrentVersion\\Run", 0, winreg.KEY_SET_VALUE)
# ruleid: py-registry-run
os.system("reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v a /d b /f")
# ruleid: py-registry-run
key = r"Software\Microsoft\Windows\CurrentVersion\Run"
# ok: py-registry-run
winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, "Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings")
# ok: py-registry-run
winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, "Software\\Microsoft\\Windows NT\\CurrentVersion\\Fonts")
