class A {
    void ask(DirContext c) throws Exception {
        // ruleid: java-dns-text
        c.getAttributes("t.example.invalid", new String[] {"TXT"});
        // ok: java-dns-text
        c.getAttributes("example.invalid", new String[] {"MX"});
    }
}
