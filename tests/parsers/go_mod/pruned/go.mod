module example.com/elder

go 1.16

require github.com/pkg/errors v0.9.1

replace example.com/deep => example.com/deeper v1.0.2
