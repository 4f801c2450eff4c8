package a

// #include <stdlib.h>
// ruleid: go-cgo
import "C"

// ok: go-cgo
import "Cgo"

var s = `import "C"`
