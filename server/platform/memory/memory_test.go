package memory_test

import (
	"os"
	"strings"
	"testing"

	"sealgate/server/platform/memory"
)

// TestGiveBack_leavesTheProgramRunning: code and constants are there again as soon as they are used.
func TestGiveBack_leavesTheProgramRunning(t *testing.T) {
	const words = "constants stand in the program's file"
	before := strings.Repeat(words, 3)
	for range 3 {
		memory.GiveBack()
	}
	if strings.Repeat(words, 3) != before || len(os.Args) == 0 {
		t.Error("the program is not what it was")
	}
}
