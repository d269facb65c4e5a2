package httpapi_test

import (
	"net/http"
	"testing"

	"sealgate/server/httpapi"
	"sealgate/server/httpapi/apitest"
	"sealgate/server/staff"
)

// A signed-in read with nothing behind it: session, capability and framework (performance.md: 10,000 a second on 2 cores).
func BenchmarkAuthorisedRead(b *testing.B) {
	k := apitest.NewWith(b, httpapi.Options{}, func(*httpapi.API) {})
	c := k.As(staff.Finance)
	for b.Loop() {
		if a := c.Get("/sessions"); a.Status != http.StatusOK {
			b.Fatal(a.Status)
		}
	}
}
