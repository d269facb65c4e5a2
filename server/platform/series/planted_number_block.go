//go:build planted_number_block

package series

import (
	"context"
	"sync"

	"sealgate/server/platform/db"
)

// The bug: each server takes ten numbers at a time and hands them out from memory, as is often done for speed. A server that is
// killed, and a transaction that is rolled back, leave gaps.
func init() {
	var mu sync.Mutex
	stock := map[string][2]int64{} // next, end
	count = func(ctx context.Context, d *db.DB, name string, n int64) (int64, error) {
		if n == 0 {
			return countOn(ctx, d, name, n)
		}
		mu.Lock()
		defer mu.Unlock()
		s := stock[name]
		if s[1]-s[0] < n {
			first, err := countOn(ctx, d, name, n+9)
			if err != nil {
				return 0, err
			}
			s = [2]int64{first, first + n + 9}
		}
		stock[name] = [2]int64{s[0] + n, s[1]}
		return s[0], nil
	}
}
