package contract

// What tests look at without a contract around it.
var (
	ReadTerms = terms
	SaidTerms = said
	Unsaid    = unsaid
)
