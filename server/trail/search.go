package trail

import (
	"context"

	"sealgate/server/caldate"
)

// Query narrows a search of the trail; empty fields narrow nothing.
type Query struct {
	Actor      string // user id, or part of the name
	Action     string // whole ("contract.suspend") or the domain alone ("contract")
	ObjectType string
	ObjectID   string
	CustomerID string
	ContractID string
	From, To   caldate.Date // business days, both included
	Text       string       // in reason or detail
	After      string       // id of the last row of the page before
	Limit      int
}

// Found is a row with its place in the chain; Seq is 0 for the seconds before it has one.
type Found struct {
	Row  Row `gorm:"embedded;embeddedPrefix:r_"`
	Seq  int64
	Hash string
}

// countLimit bounds how far a search counts: beyond, the exact number helps nobody and costs seconds.
const countLimit = 100_000

// Search gives rows newest first, and how many match (at most countLimit).
func (t *Trail) Search(ctx context.Context, q Query) ([]Found, int64, error) {
	return t.store.search(ctx, q)
}

// Page is Search without the count, for exports.
func (t *Trail) Page(ctx context.Context, q Query) ([]Found, error) { return t.store.page(ctx, q) }

// Note records a fact that changes nothing but is worth knowing (a look, an export), in a transaction of its own.
func (t *Trail) Note(ctx context.Context, entries ...Entry) error {
	return t.store.db.Run(ctx, func(ctx context.Context) error { return t.Record(ctx, entries...) })
}

// OfObject is the history of one record, oldest first.
func (t *Trail) OfObject(ctx context.Context, objectType, objectID string) ([]Row, error) {
	return t.store.ofObject(ctx, objectType, objectID)
}

// OfContract is everything that happened to a contract and to what belongs to it (C14), oldest first.
func (t *Trail) OfContract(ctx context.Context, contractID string) ([]Row, error) {
	return t.store.ofContract(ctx, contractID)
}
