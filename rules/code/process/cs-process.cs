class A {
    void Run(string line) {
        // ruleid: cs-process
        Process.Start("cmd.exe", "/c " + line);
        // ruleid: cs-process
        var info = new ProcessStartInfo("ls");
        // ok: cs-process
        Process.GetCurrentProcess();
    }
}
