// Package verify has the value in which every domain reports a broken invariant of the house; `sealgate verify` collects
// them and fails where there is any.
package verify

// Violation is one object that breaks one invariant.
type Violation struct {
	Invariant int    `json:"invariant"` // number of the list in docs: 1 ledger sums to zero, 2 balances shown, …
	Object    string `json:"object"`    // "bill B-202610-000001"
	Detail    string `json:"detail"`    // what is wrong, with both figures
}
