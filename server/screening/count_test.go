package screening

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
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
			digits, letters := countBoth(row)
			if attr == attrDigit && digits != want || attr == attrLetter && letters != want {
				t.Fatalf("%d codes: want %d, got %d digits and %d letters", len(row), want, digits, letters)
			}
		}
	}
}

func TestSoundUnits_areThoseOfTheText(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 1))
	for range 2000 {
		text := strings.ToValidUTF8(texture(rnd, rnd.IntN(60)), "?")
		if got, want := soundUnits(text, 0, len(text)), UTF16Len(text); got != want {
			t.Fatalf("%q: %d units, want %d", text, got, want)
		}
		// back and forth give the same as reading on
		u, v := unitCounter{text: text, sound: true}, unitCounter{text: text}
		for range 8 {
			at := rnd.IntN(len(text) + 1)
			for at < len(text) && !utf8.RuneStart(text[at]) {
				at++
			}
			if a, b := u.units(at), v.units(at); a != b {
				t.Fatalf("%q at %d: %d and %d", text, at, a, b)
			}
		}
	}
}
