class A {
    void open() throws Exception {
        // ruleid: java-socket
        new Socket("example.invalid", 4444);
        // ok: java-socket
        new ServerSocket(0);
    }
}
