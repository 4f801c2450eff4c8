class A {
    void run(String line) throws Exception {
        // ruleid: java-process
        Runtime.getRuntime().exec(line);
        // ruleid: java-process
        new ProcessBuilder("ls", "-l").start();
        // ok: java-process
        Runtime.getRuntime().availableProcessors();
        // ok: java-process
        statement.exec(line);
    }
}
