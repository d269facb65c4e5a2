package recipient

// What the external tests look at inside.
var (
	PackHashes = packHashes
	EachHash   = eachHash
)

// HashBits is hashBits.
const HashBits = hashBits
