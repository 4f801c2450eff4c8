module invalid.invalid/shop

go 1.22

require (
	github.com/Barsu5489/commerce v0.0.0-20231123164829-2eb351369e57
	github.com/Setsu548/Logistic v0.0.0-20240410002038-5b40bed74f90
	github.com/amantsehay/a2sv-go-course v0.0.0-20240816090215-c51e2d9214d5
)
