package similar

// Item is one of many texts that are to be grouped. Only items of the same class come together.
type Item struct {
	Class  int32
	Sketch Sketch
}

const (
	maxLeaders    = 20_000 // with more than that, nothing is gained: a batch shows 2,000 groups
	maxCandidates = 64     // leaders that are compared with one item
)

type bandKey struct {
	class int32
	key   int64
}

// Group puts near-identical items together: out[i] is the index of the item that leads i's group, i itself where it leads.
// Items that come first lead, so the result depends on the order alone. Time and memory grow with the items, not their square.
func Group(items []Item) []int32 {
	out := make([]int32, len(items))
	found := map[bandKey][]int32{}
	leaders := 0
	for i := range items {
		it := &items[i]
		keys := it.Sketch.Bands()
		best, lead := Near-1, int32(i)
		seen := 0
		for _, k := range keys {
			for _, l := range found[bandKey{it.Class, k}] {
				if seen++; seen > maxCandidates {
					break
				}
				if like := it.Sketch.Like(items[l].Sketch); like > best || like == best && l < lead {
					best, lead = like, l
				}
			}
		}
		out[i] = lead
		if lead != int32(i) || leaders >= maxLeaders || it.Sketch.IsZero() {
			continue
		}
		leaders++
		for _, k := range keys {
			b := bandKey{it.Class, k}
			if l := found[b]; len(l) < maxCandidates {
				found[b] = append(l, int32(i))
			}
		}
	}
	return out
}
