module invalid.invalid/shop

go 1.22

require (
	github.com/verana-labs/verana-blockchain v0.10.1-dev.21
)
