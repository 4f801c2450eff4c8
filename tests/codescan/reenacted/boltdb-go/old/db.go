package bolt

import "os"

// DB is one file of buckets.
type DB struct{ file *os.File }

// Open opens it.
func Open(path string) (*DB, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return &DB{file}, nil
}
