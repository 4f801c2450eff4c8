class A {
    void Run(byte[] code) {
        // ruleid: cs-executable-memory
        IntPtr p = VirtualAlloc(IntPtr.Zero, (uint)code.Length, 0x3000, 0x40);
        // ok: cs-executable-memory
        IntPtr q = Marshal.AllocHGlobal(code.Length);
    }
}
