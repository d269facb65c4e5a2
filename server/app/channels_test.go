package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sealgate/server/app"
)

// load reads a configuration file of these lines.
func load(t *testing.T, text string) (app.Config, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "sealgate.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return app.LoadConfig(name)
}

func TestLoadConfig_takesTheListOfChannelsThatTheFileExplains(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../configs/sealgate.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, example, ok := strings.Cut(string(text), "# channels:\n")
	if !ok {
		t.Fatal("the file explains no channels")
	}
	example, _, _ = strings.Cut(example, "\nchannels: []")
	c, err := load(t, "channels:\n"+regexp.MustCompile(`(?m)^# ?`).ReplaceAllString(example, "")+"\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Channels) != 4 || c.Channels[0].CMPP.SPID != "901234" || c.Channels[0].Codes["MB:*"] != "volume" || c.Channels[3].NATS.Behind.Kind != "loopback" || c.Channels[2].HTTP.Slice != 500 {
		t.Errorf("%+v", c.Channels)
	}
}

func TestLoadConfig_namesAnUnknownKeyOfAChannel(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"channels:\n  - {name: a, kind: loopback, prioriti: 1}\n":                            "channels[0].prioriti",
		"channels:\n  - {name: a, kind: smpp, smpp: {adress: x}}\n":                          "channels[0].smpp.adress",
		"channels:\n  - {name: a, kind: nats, nats: {behind: {kind: smpp, smpp: {a: 1}}}}\n": "channels[0].nats.behind.smpp.a",
		"channels: loopback\n":         "channels",
		"engine: {kind: nats}\n":       "engine.kind",
		"engine: {kind: pigeon}\n":     "pigeon",
		"channels:\n  - just a name\n": "channels[0]",
	} {
		if _, err := load(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want it to name %s", text, err, want)
		}
	}
}
