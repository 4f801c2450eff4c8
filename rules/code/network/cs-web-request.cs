class A {
    void Get() {
        // ruleid: cs-web-request
        var c = new WebClient();
        // ruleid: cs-web-request
        var d = new HttpClient();
        // ok: cs-web-request
        HttpClientFactory e = null;
    }
}
