class A {
    void late() throws Exception {
        // ruleid: java-long-sleep
        Thread.sleep(3600000);
        // ruleid: java-long-sleep
        TimeUnit.HOURS.sleep(6);
        // ok: java-long-sleep
        Thread.sleep(1000);
    }
}
