# ruleid: cmake-check-cannot-pass
check_c_source_compiles("
        #include <linux/landlock.h>
        #include <sys/prctl.h>
.
        void my_sandbox(void) { (void)prctl(1); }
        int main(void) { return 0; }
        " HAVE_X)
# ok: cmake-check-cannot-pass
check_c_source_compiles("
  #include <a.h>
  int main(void) { return 0; }
  " HAVE_A)
