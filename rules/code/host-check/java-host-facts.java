class A {
    void who() throws Exception {
        // ruleid: java-host-facts
        InetAddress.getLocalHost();
        // ruleid: java-host-facts
        System.getProperty("user.name");
        // ok: java-host-facts
        System.getProperty("user.dir");
    }
}
