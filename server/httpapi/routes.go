package httpapi

// routes lists the domains; each has a file of its own with its operations.
func (a *API) routes() {
	a.sessions()
	a.users()
	a.audit()
	a.home()
	a.notices()
	a.mails()
	a.documents()
	a.customers()
	a.licences()
	a.signatures()
	a.contracts()
	a.ruleSets()
	a.batches()
	a.reviews()
	a.handoffs()
	a.bills()
	a.billRuns()
	a.wallets()
	a.charges()
	a.payments()
	a.deposits()
	a.ledgers()
	a.reports()
	a.sandbox()
}
