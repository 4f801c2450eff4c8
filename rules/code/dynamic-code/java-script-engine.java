class A {
    void run(String text) throws Exception {
        // ruleid: java-script-engine
        new ScriptEngineManager().getEngineByName("js").eval(text);
        // ruleid: java-script-engine
        new GroovyShell().evaluate(text);
        // ok: java-script-engine
        ScriptEngine engine = null;
    }
}
