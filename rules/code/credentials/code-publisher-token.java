class Tokens {
    // ruleid: code-publisher-token
    Path a = Path.of(System.getProperty("user.home"), ".m2/settings.xml");
    // ok: code-publisher-token
    Path b = Path.of("settings.xml");
}
