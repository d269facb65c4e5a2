package batch

// What the external tests look at inside.
var (
	ParseTemplate = parseTemplate
	MaskText      = maskText
	Neutral       = neutral
	Likeness      = likeness
	CleanName     = cleanName
)

// Runs is runs.
func Runs(phones []uint64) (distinct, longest, inRuns int64) { return runs(phones) }

// PackMessages encodes messages that share pieces, as a chunk does; Vars are what stands between the pieces.
func PackMessages(first int64, pieces []string, messages []Message) []byte {
	c := newMessageColumns(first, pieces)
	for _, m := range messages {
		var phone uint64
		for _, d := range m.Phone {
			phone = phone*10 + uint64(d-'0')
		}
		vars := make([][]byte, len(m.Vars))
		for i, v := range m.Vars {
			vars[i] = []byte(v)
		}
		c.add(m.Line, phone, carrierCode(m.Carrier), m.Parts, vars)
	}
	return c.encode()
}

// UnpackMessages and UnpackVerdicts decode the plain bytes of chunks.
var (
	UnpackMessages = decodeMessages
	UnpackVerdicts = decodeVerdicts
	UnpackTallies  = decodeTallies
)
