module invalid.invalid/shop

go 1.22

require (
	github.com/juxtaposition1/v.a.p.e v0.0.0-20260805081246-648cd8543c5f
)
