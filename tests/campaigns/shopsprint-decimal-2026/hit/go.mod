module invalid.invalid/shop

go 1.22

require (
	github.com/shopsprint/decimal v1.3.3
)
