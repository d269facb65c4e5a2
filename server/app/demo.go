package app

import (
	"context"
	"io"
)

func (a *App) prepareDemo(ctx context.Context, out io.Writer) (seed func(context.Context) error, err error) {
	return func(context.Context) error { return nil }, nil
}
