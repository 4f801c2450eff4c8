class A {
    void run(String line) throws Exception {
        // ruleid: java-shell
        new ProcessBuilder("/bin/sh", "-c", line).start();
        // ruleid: java-shell
        Runtime.getRuntime().exec(new String[] {"cmd.exe", "/c", line});
        // ruleid: java-shell
        Runtime.getRuntime().exec("powershell -NoProfile " + line);
        // ok: java-shell
        new ProcessBuilder("git", "status").start();
        // ok: java-shell
        log.info("cmd.exe is missing");
    }
}
