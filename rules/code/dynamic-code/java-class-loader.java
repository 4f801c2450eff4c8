class A {
    void load(File jar) throws Exception {
        // ruleid: java-class-loader
        new URLClassLoader(new URL[] {jar.toURI().toURL()});
        // ok: java-class-loader
        URLClassLoader loader = (URLClassLoader) parent;
    }
}
