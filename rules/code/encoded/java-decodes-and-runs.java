class A {
    void run(String blob) throws Exception {
        // ruleid: java-decodes-and-runs
        Runtime.getRuntime().exec(new String(Base64.getDecoder().decode("aWQ=")));
        byte[] data = Base64.getDecoder().decode(blob);
        // ruleid: java-decodes-and-runs
        defineClass(null, data, 0, data.length);
        // ok: java-decodes-and-runs
        Runtime.getRuntime().exec("id");
        // ok: java-decodes-and-runs
        String text = new String(Base64.getDecoder().decode(blob));
    }
}
