class A {
    // ruleid: java-character-codes
    String a = new String(new byte[] {104, 116, 116, 112, 58, 47, 47, 101, 46});
    // ruleid: java-character-codes
    String b = new String(new char[] {'h', 't', 't', 'p', ':', '/', '/', 'e'});
    // ok: java-character-codes
    String c = new String(new byte[] {13, 10});
    // ok: java-character-codes
    byte[] table = new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9};
}
