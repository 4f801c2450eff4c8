package a

func stay(home string) {
	// ruleid: code-autostart
	write(home+"/.config/autostart/helper.desktop", entry)
	// ruleid: code-autostart
	sh("(crontab -l; echo '@reboot /tmp/x') | crontab -")
	// ok: code-autostart
	println("systemd is not running")
	// ok: code-autostart
	read("/proc/1/comm")
}
