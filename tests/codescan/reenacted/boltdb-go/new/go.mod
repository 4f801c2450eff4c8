module example.invalid/boltdb-go/bolt

go 1.17
