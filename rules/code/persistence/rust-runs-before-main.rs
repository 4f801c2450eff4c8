// ruleid: rust-runs-before-main
#[ctor::ctor]
fn start() {}

// ruleid: rust-runs-before-main
#[link_section = ".init_array"]
static A: fn() = start;

// ok: rust-runs-before-main
#[link_section = ".text"]
static B: fn() = start;
