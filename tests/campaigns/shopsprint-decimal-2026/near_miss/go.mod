module invalid.invalid/shop

go 1.22

require (
	github.com/shopspring/decimal v1.3.1
)
