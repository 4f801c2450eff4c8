class A {
    // ruleid: java-native-library
    static { System.loadLibrary("a"); }
    // ok: java-native-library
    void load() { Systems.load("a"); }
}
