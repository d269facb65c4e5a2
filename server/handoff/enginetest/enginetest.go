// Package enginetest has what tests of engines with sessions share.
package enginetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"sealgate/server/handoff"
)

// Sink keeps what an engine brings.
type Sink struct {
	mu       sync.Mutex
	receipts []handoff.Receipt
	replies  []handoff.Reply
	fail     int // so many calls fail first
}

// Fail lets the next calls fail.
func (s *Sink) Fail(calls int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = calls
}

func (s *Sink) failing() error {
	if s.fail > 0 {
		s.fail--
		return errors.New("the disk is full")
	}
	return nil
}

// Receipts implements handoff.Sink.
func (s *Sink) Receipts(_ context.Context, rs []handoff.Receipt) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.failing(); err != nil {
		return err
	}
	s.receipts = append(s.receipts, rs...)
	return nil
}

// Replies implements handoff.Sink.
func (s *Sink) Replies(_ context.Context, rs []handoff.Reply) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies = append(s.replies, rs...)
	return nil
}

// Got gives what came.
func (s *Sink) Got() ([]handoff.Receipt, []handoff.Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]handoff.Receipt(nil), s.receipts...), append([]handoff.Reply(nil), s.replies...)
}

// Run keeps an engine's session up until the test ends.
func Run(t testing.TB, e handoff.Runner, to handoff.Sink) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			_ = e.Run(ctx, to) // it ends with every broken connection
			select {
			case <-ctx.Done():
			case <-time.After(time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() { stop(); <-done })
}

// Until waits for something that another goroutine brings about.
func Until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !ok(); {
		if time.Now().After(end) {
			t.Fatalf("it never came to pass: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}
