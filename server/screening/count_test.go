package screening

import (
	"math/rand/v2"
	"testing"
)

func TestCountAlnum_countsWhatALoopCounts(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		codes := make([]uint16, rnd.IntN(30))
		for i := range codes {
			switch rnd.IntN(4) {
			case 0:
				codes[i] = uint16(1 + rnd.IntN(45))
			case 1:
				codes[i] = uint16(rnd.IntN(0x10000))
			default:
				codes[i] = uint16(1 + rnd.IntN(4000))
			}
		}
		d, l := 0, 0
		for _, c := range codes {
			d, l = countOne(c, d, l)
		}
		if gd, gl := countAlnum(codes); gd != d || gl != l {
			t.Fatalf("%v: want %d digits and %d letters, got %d and %d", codes, d, l, gd, gl)
		}
	}
}
