package a

import "plugin"

func load(path string) {
	// ruleid: go-plugin
	p, _ := plugin.Open(path)
	// ok: go-plugin
	q := plugins.Open(path)
	use(p, q)
}
