class A {
    void load(File jar) throws Exception {
        // ruleid: java-remote-classes
        new URLClassLoader(new URL[] {new URL("https://example.invalid/a.jar")});
        // ok: java-remote-classes
        new URLClassLoader(new URL[] {jar.toURI().toURL()});
    }
}
