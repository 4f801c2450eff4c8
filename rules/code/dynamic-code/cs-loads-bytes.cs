class A {
    void Run(byte[] data) {
        // ruleid: cs-loads-bytes
        Assembly.Load(data).EntryPoint.Invoke(null, null);
        // ruleid: cs-loads-bytes
        var p = new CSharpCodeProvider();
        // ok: cs-loads-bytes
        Assembly.GetExecutingAssembly();
    }
}
