package acme;

public class Acme {
    public static int add(int a, int b) {
        return a + b;
    }
}
