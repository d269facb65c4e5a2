// Package similar tells near-identical texts: sketches of texts that can be compared and searched without the texts, groups of
// alike ones, and an index over what people decided before. See README.md.
package similar

import (
	"encoding/hex"
	"errors"
	"math"
)

const (
	hashes = 64
	bands  = 16
	inBand = hashes / bands
	// Near is the likeness, in percent, from which two texts count as near-identical: one name more or less in an ordinary
	// message, not another sentence.
	Near = 70
)

// Sketch is what is kept of a text for comparing (minwise hashing over pairs of characters). Nobody reads a text from it.
// The form must never change: sketches are stored.
type Sketch [hashes]byte

// multipliers of the hash functions: odd, made by splitmix64 from a fixed seed.
var multipliers = func() (m [hashes]uint64) {
	x := uint64(0x5ea16a7e)
	for i := range m {
		x += 0x9e3779b97f4a7c15
		m[i] = mix(x) | 1
	}
	return m
}()

func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Of makes the sketch of a text. Numbers, codes and Latin words of whatever length count as one sign; spaces and punctuation
// not at all. A text of nothing else has the zero sketch, which is like nothing.
func Of(text string) (s Sketch) {
	var least [hashes]uint32
	for i := range least {
		least[i] = math.MaxUint32
	}
	last, any := rune(0), false
	mask(text, func(r rune) {
		h := mix(uint64(last)<<32 | uint64(r))
		for i := range least {
			if v := uint32(h * multipliers[i] >> 32); v < least[i] {
				least[i] = v
			}
		}
		last, any = r, true
	})
	if !any {
		return s
	}
	for i, v := range least {
		s[i] = byte(v ^ v>>8 ^ v>>16)
	}
	return s
}

// mask gives the signs of a text that its wording is made of.
func mask(text string, sign func(rune)) {
	inRun := false
	for _, r := range text {
		switch {
		case isLatin(r):
			if !inRun {
				sign('#')
			}
			inRun = true
		case r == '.' || r == ':' || r == '/' || r == '-' || r == '_': // inside numbers, times and addresses
		case isSpace(r):
			inRun = false
		default:
			inRun = false
			sign(r)
		}
	}
}

func isLatin(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ'
}

func isSpace(r rune) bool {
	return r < 0x80 || r >= 0x2000 && r < 0x2070 || r >= 0x3000 && r < 0x3020 || r >= 0xff00 && r < 0xff10 || r >= 0xff1a && r < 0xff21 || r == '￥' || r == '·'
}

// IsZero tells the sketch of a text without words.
func (s Sketch) IsZero() bool { return s == Sketch{} }

// Like is how much two texts have in common, in percent of what either has (an estimate of the Jaccard index, ±6).
func (s Sketch) Like(o Sketch) int {
	if s.IsZero() || o.IsZero() {
		return 0
	}
	same := 0
	for i := range s {
		if s[i] == o[i] {
			same++
		}
	}
	// One in 256 bytes is equal by chance.
	return max(0, (256*same-hashes)*100/(255*hashes))
}

// Bands are the keys under which alike texts are found: those with a likeness of Near or more share at least one, but for
// one pair in a hundred.
func (s Sketch) Bands() (keys [bands]int64) {
	for b := range keys {
		k := int64(b)
		for _, x := range s[b*inBand : (b+1)*inBand] {
			k = k<<8 | int64(x)
		}
		keys[b] = k
	}
	return keys
}

// String writes a sketch in hex.
func (s Sketch) String() string { return hex.EncodeToString(s[:]) }

// Parse reads what String wrote.
func Parse(text string) (s Sketch, err error) {
	n, err := hex.Decode(s[:], []byte(text)[:min(len(text), 2*hashes)])
	if err == nil && (n != hashes || len(text) != 2*hashes) {
		err = errors.New("a sketch has 128 hex digits")
	}
	return s, err
}
