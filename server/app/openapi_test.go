package app_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sealgate/server/app"
)

// The portal's client is made from a kept copy of the description; `make gen` renews it.
func TestPortal_wasMadeFromThisAPI(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	if code := app.Main([]string{"openapi"}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("openapi: exit code %d: %s", code, errs.String())
	}
	kept, err := os.ReadFile(filepath.Join("..", "..", "frontend", "src", "api", "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	var now, then map[string]any
	if err := json.Unmarshal(out.Bytes(), &now); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(kept, &then); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"paths", "components"} {
		if !reflect.DeepEqual(now[part], then[part]) {
			t.Errorf("the API's %s differ from frontend/src/api/openapi.json: run make gen and commit both files", part)
		}
	}
}
