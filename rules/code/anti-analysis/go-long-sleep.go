package a

import "time"

func late() {
	// ruleid: go-long-sleep
	time.Sleep(6 * time.Hour)
	// ruleid: go-long-sleep
	time.Sleep(45 * time.Minute)
	// ok: go-long-sleep
	time.Sleep(2 * time.Minute)
	// ok: go-long-sleep
	time.Sleep(50 * time.Millisecond)
}
