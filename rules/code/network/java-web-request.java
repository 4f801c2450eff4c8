class A {
    void get(URL url) throws Exception {
        // ruleid: java-web-request
        url.openStream();
        // ruleid: java-web-request
        HttpClient.newHttpClient();
        // ok: java-web-request
        url.toString();
    }
    // not openStream
}
