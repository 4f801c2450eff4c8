class A {
    void take(Gson gson) {
        // ruleid: java-environment-dump
        String a = System.getenv().toString();
        // ruleid: java-environment-dump
        String b = gson.toJson(System.getenv());
        // ok: java-environment-dump
        String c = System.getenv("HOME");
        // ok: java-environment-dump
        Map<String, String> d = new HashMap<>(System.getenv());
    }
}
