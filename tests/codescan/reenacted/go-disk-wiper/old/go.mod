module example.invalid/prototransform

go 1.22
