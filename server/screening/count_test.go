package screening

import (
	"math/rand/v2"
	"testing"
)

func TestCountLanes_countsWhatALoopCounts(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	for round := range 2000 {
		row := make([]uint16, rnd.IntN(30))
		if round < 3 {
			row = make([]uint16, 200_000+round) // more than a lane holds
		}
		for i := range row {
			row[i] = uint16(rnd.IntN(0x10000))
		}
		for _, attr := range []uint16{attrDigit, attrLetter, attrNumeral} {
			want := 0
			for _, a := range row {
				if a&attr != 0 {
					want++
				}
			}
			if got := countLanes(row, attr); got != want {
				t.Fatalf("%d codes: want %d, got %d", len(row), want, got)
			}
		}
	}
}
