class A {
    void find(String host) throws Exception {
        // ruleid: java-directory-lookup
        new InitialContext().lookup("ldap://" + host + "/a");
        // ok: java-directory-lookup
        new InitialContext().lookup("java:comp/env/jdbc/main");
        // ok: java-directory-lookup
        log.info("use ldap://host");
    }
}
