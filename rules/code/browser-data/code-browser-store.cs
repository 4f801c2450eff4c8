class Profiles {
    // ruleid: code-browser-store
    string logins = root + @"\Default\Login Data";
    // ok: code-browser-store
    string title = "Web Database";
}
