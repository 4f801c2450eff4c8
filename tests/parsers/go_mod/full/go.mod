// Deprecated: a fixture.
module github.com/Example/Harbour/v2 // the project

go 1.22.0

toolchain go1.22.5

require github.com/BurntSushi/toml v1.3.2

require (
	"golang.org/x/text" v0.14.0
	github.com/gofrs/uuid v4.4.0+incompatible // indirect
	golang.org/x/sys v0.0.0-20220722155257-8c9f86f7a55f // indirect; needed on Windows
	example.com/forked/lib v1.0.0
	example.com/local/kit v0.3.1
	example.com/tools/gen v0.9.0
	example.com/retired v1.1.0
	example.com/branch main
)

replace (
	example.com/forked/lib => github.com/Example/lib-fork/v3 v3.0.1
	example.com/forked/lib v0.9.0 => github.com/Example/old-fork v0.9.9
	example.com/local/kit v0.3.1 => ../kit
)

exclude example.com/retired v1.1.0

retract [v2.0.0, v2.0.3] // published by accident

retract (
	v2.1.0
)

tool example.com/tools/gen/cmd/gen

tool (
	example.com/nowhere/cmd/lost
)

require example.com/torn
