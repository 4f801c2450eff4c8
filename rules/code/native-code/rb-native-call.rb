# ruleid: rb-native-call
lib = Fiddle.dlopen("libc.so.6")
# ruleid: rb-native-call
alloc = Fiddle::Function.new(lib["VirtualAlloc"], [], 0)
# ok: rb-native-call
fiddle = Violin.new
