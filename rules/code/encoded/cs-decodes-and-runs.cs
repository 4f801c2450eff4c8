class A {
    void Run(string text) {
        // ruleid: cs-decodes-and-runs
        Assembly.Load(Convert.FromBase64String(text));
        byte[] data = Convert.FromBase64String(text);
        // ruleid: cs-decodes-and-runs
        Assembly.Load(data);
        // ok: cs-decodes-and-runs
        File.WriteAllBytes("a.png", Convert.FromBase64String(text));
    }
}
