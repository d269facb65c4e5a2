package story_test

import (
	"log/slog"
	"os"
	"testing"

	"sealgate/server/app"
)

// programEnv makes the test binary be the program itself, so that tests can start, stop and kill it as a process.
const programEnv = "SEALGATE_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(programEnv) != "" {
		os.Exit(app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))) // a story's requests are no news
	os.Exit(m.Run())
}
