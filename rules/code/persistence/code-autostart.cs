class Stay {
    // ruleid: code-autostart
    string key = @"Software\Microsoft\Windows\CurrentVersion\Run";
    // ok: code-autostart
    string version = @"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
}
