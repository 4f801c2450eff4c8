class A {
    void take() {
        // ruleid: java-clipboard
        Toolkit.getDefaultToolkit().getSystemClipboard().getContents(null);
        // ok: java-clipboard
        Toolkit.getDefaultToolkit().beep();
    }
}
