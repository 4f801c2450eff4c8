package a

func swap() {
	// ruleid: go-clipboard
	text, _ := clipboard.ReadAll()
	// ruleid: go-clipboard
	clipboard.WriteAll("another address")
	// ok: go-clipboard
	board := newClipboard()
	use(text, board)
}
