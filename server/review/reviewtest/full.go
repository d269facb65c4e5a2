package reviewtest

import (
	"bytes"
	"context"
	"testing"

	"sealgate/server/document"
	"sealgate/server/review"
	"sealgate/server/similar"
	"sealgate/server/testkit"
)

// Full is New with a desk that has all it stands on: papers, and what was decided before.
func Full(t testing.TB) *World {
	t.Helper()
	w := New(t)
	w.Batches.Decided = similar.NewIndex(w.DB)
	w.Reviews.Use(review.Extras{Documents: document.New(w.DB, w.Clock, w.Trail, w.Blobs), Decided: w.Batches.Decided})
	return w
}

// Paper stores a document of a person's.
func (w *World) Paper(ctx context.Context) string {
	w.T.Helper()
	d, err := document.New(w.DB, w.Clock, w.Trail, w.Blobs).Store(ctx, "答复.pdf", "authority_answer", bytes.NewReader([]byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")))
	w.must(err)
	return d.ID
}

// Work lets the desk's housekeeping do all that can be done now.
func (w *World) Work() {
	w.T.Helper()
	for range 50 {
		did, err := w.Reviews.Work(testkit.System())
		w.must(err)
		if !did {
			return
		}
	}
	w.T.Fatal("housekeeping never ends")
}
