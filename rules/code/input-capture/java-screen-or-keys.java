class A {
    void watch(Robot robot, Rectangle all) {
        // ruleid: java-screen-or-keys
        robot.createScreenCapture(all);
        // ok: java-screen-or-keys
        robot.mouseMove(1, 1);
    }
}
