module example.invalid/app

go 1.22

require (
	example.invalid/one v1.0.0
	example.invalid/two v1.0.0
	example.invalid/three v1.0.0
)
