use libloading::Library;

unsafe fn load(path: &str) {
    // ruleid: rust-library-loading
    let a = libloading::Library::new(path);
    // ruleid: rust-library-loading
    let b = libc::dlopen(path, 0);
    // ok: rust-library-loading
    let c = Bookshelf::new(path);
}
