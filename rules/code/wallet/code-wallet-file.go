package a

import "os"

func keys(home string) {
	// ruleid: code-wallet-file
	os.ReadFile(home + "/.config/solana/id.json")
	// ruleid: code-wallet-file
	os.ReadFile(home + "/.bitcoin/wallet.dat")
	// ok: code-wallet-file
	os.ReadFile(home + "/.config/solar/id.json")
	// ok: code-wallet-file
	println("a wallet.data of solana")
}
