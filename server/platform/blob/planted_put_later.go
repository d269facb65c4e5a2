//go:build planted_put_later

package blob

import (
	"bytes"
	"context"
	"io"
	"time"
)

// The bug: an object is said to be stored while it is still on its way, so that a row names what a kill has prevented.
func init() {
	shelve = func(ctx context.Context, b backend, key string, r io.Reader) error {
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		time.AfterFunc(30*time.Millisecond, func() { _ = b.put(context.WithoutCancel(ctx), key, bytes.NewReader(data)) })
		return nil
	}
}
