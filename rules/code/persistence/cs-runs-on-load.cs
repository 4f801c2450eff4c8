class A {
    // ruleid: cs-runs-on-load
    [ModuleInitializer] internal static void Start() { }
    // ok: cs-runs-on-load
    [Obsolete] internal static void Stop() { }
}
