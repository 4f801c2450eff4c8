class A extends ClassLoader {
    Class<?> load(byte[] data) throws Exception {
        // ruleid: java-define-class
        Class<?> a = defineClass(null, data, 0, data.length);
        // ruleid: java-define-class
        Method m = ClassLoader.class.getDeclaredMethod("defineClass", byte[].class);
        // ok: java-define-class
        Class<?> b = Class.forName("defineClass");
        return a;
    }
}
