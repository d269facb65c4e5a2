package httpapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sealgate/server/httpapi"
	"sealgate/server/httpapi/apitest"
	"sealgate/server/staff"
)

// Over a real connection: the deadline for reading a body must not cancel an operation that works longer than it.
func TestLongWork_isNotCancelledByTheDeadlineOfItsBody(t *testing.T) {
	t.Parallel()
	k := apitest.NewWith(t, httpapi.Options{}, func(a *httpapi.API) {
		httpapi.Register(a, op("POST", "/long", "customer.write"), func(ctx context.Context, _ *thing) (*nothing, error) {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(6 * time.Second): // longer than huma's own deadline of 5 s
				return nil, nil
			}
		})
	})
	c := k.As(staff.Sales)
	srv := httptest.NewServer(k.API.Handler())
	t.Cleanup(srv.Close)
	for _, key := range []string{"", "key-00001"} {
		t.Run("key "+key, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequest("POST", srv.URL+"/api/v1/long", strings.NewReader(`{"name":"甲公司","amount_fen":1}`))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			r.AddCookie(&http.Cookie{Name: "sealgate", Value: c.Cookie("sealgate")})
			if key != "" {
				r.Header.Set("Idempotency-Key", key)
			}
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != 204 {
				t.Errorf("status %d", res.StatusCode)
			}
		})
	}
}
