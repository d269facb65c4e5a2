package plan

// Room is how many more parts may be sent on a day of which some are used already; limited is false where the contract
// has no cap. It is the one place that knows: batches, hand-off and trials ask it.
func (t Terms) Room(used int64) (room int64, limited bool) {
	limit := t.Cap()
	if limit == 0 {
		return 0, false
	}
	return max(limit-used, 0), true
}
