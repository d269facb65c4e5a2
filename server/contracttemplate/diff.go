package contracttemplate

// Op says what became of a line from one version to the next.
type Op string

// What can become of a line.
const (
	Same    Op = "same"
	Added   Op = "added"
	Removed Op = "removed"
)

// Change is one line of a comparison.
type Change struct {
	Op   Op     `json:"op" enum:"same,added,removed"`
	Text string `json:"text"`
}

// Diff compares two texts line by line: the fewest lines removed and added.
func Diff(was, is []string) []Change {
	// longest[i][j] is the length of the longest common sequence of was[i:] and is[j:].
	longest := make([][]int, len(was)+1)
	for i := range longest {
		longest[i] = make([]int, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		for j := len(is) - 1; j >= 0; j-- {
			if was[i] == is[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	changes := []Change{}
	i, j := 0, 0
	for i < len(was) || j < len(is) {
		switch {
		case i < len(was) && j < len(is) && was[i] == is[j]:
			changes = append(changes, Change{Same, was[i]})
			i, j = i+1, j+1
		case j == len(is) || i < len(was) && longest[i+1][j] >= longest[i][j+1]:
			changes = append(changes, Change{Removed, was[i]})
			i++
		default:
			changes = append(changes, Change{Added, is[j]})
			j++
		}
	}
	return changes
}
