class A {
    void Take() {
        // ruleid: cs-environment-dump
        var all = JsonConvert.SerializeObject(Environment.GetEnvironmentVariables());
        // ok: cs-environment-dump
        var home = Environment.GetEnvironmentVariable("HOME");
    }
}
