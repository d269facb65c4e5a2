package httpapi

// routes lists the domains; each has a file of its own with its operations.
func (a *API) routes() {
	a.sessions()
	a.users()
	a.audit()
	a.home()
	a.sandbox()
}
