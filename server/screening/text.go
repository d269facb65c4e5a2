package screening

import (
	"sort"
	"unicode/utf8"
)

// Segments cuts a text where hits begin or end, so that a page can mark them without
// knowing about UTF-16: the pieces re-joined equal the original, broken bytes included.
// A hit that begins inside a surrogate pair takes the whole character.
func Segments(text string, hits []Hit) []Segment {
	type span struct{ from, to, hit int }
	spans := make([]span, 0, len(hits))
	marks := make([]int, 0, 2*len(hits))
	for _, h := range hits {
		if h.Start < h.End {
			marks = append(marks, h.Start, h.End)
		}
	}
	if len(marks) == 0 {
		if text == "" {
			return nil
		}
		return []Segment{{Text: text}}
	}
	sort.Ints(marks)
	at := make(map[int]int, len(marks))
	units, m := 0, 0
	for i := 0; i < len(text); {
		r, w := utf8.DecodeRuneInString(text[i:])
		next := units + 1
		if r > 0xFFFF {
			next++
		}
		for m < len(marks) && marks[m] < next {
			at[marks[m]] = i
			m++
		}
		units = next
		i += w
	}
	for ; m < len(marks); m++ {
		at[marks[m]] = len(text)
	}
	cuts := map[int]bool{0: true, len(text): true}
	for i, h := range hits {
		if h.Start < h.End && at[h.Start] < at[h.End] {
			spans = append(spans, span{at[h.Start], at[h.End], i})
			cuts[at[h.Start]], cuts[at[h.End]] = true, true
		}
	}
	order := make([]int, 0, len(cuts))
	for c := range cuts {
		order = append(order, c)
	}
	sort.Ints(order)
	out := make([]Segment, 0, len(order))
	for i := 1; i < len(order); i++ {
		seg := Segment{Text: text[order[i-1]:order[i]]}
		for _, s := range spans {
			if s.from <= order[i-1] && s.to >= order[i] {
				seg.Hits = append(seg.Hits, s.hit)
			}
		}
		out = append(out, seg)
	}
	return out
}

// UTF16Len counts the UTF-16 code units of a text; a broken byte counts as one.
func UTF16Len(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// SMSParts is how many parts a text takes on the air: 1 up to 70 UTF-16 units, else
// 67 units a part, since each part of a long message carries a header. An empty text takes 1.
func SMSParts(text string) int {
	if len(text) <= 70 {
		return 1
	}
	n := UTF16Len(text)
	if n <= 70 {
		return 1
	}
	return (n + 66) / 67
}
