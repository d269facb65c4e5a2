package taxinvoice

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// Folder is the default platform: requests are written as files into out/, as JSON and as XML, for whoever enters them
// into the tax administration's system; answers are put as JSON into in/, named by the reference.
type Folder struct{ Dir string }

// NewFolder makes the folders.
func NewFolder(dir string) (*Folder, error) {
	for _, sub := range []string{"out", "in"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, fmt.Errorf("folder of tax invoices: %w", err)
		}
	}
	return &Folder{dir}, nil
}

var referenceForm = regexp.MustCompile(`^[A-Z0-9-]{1,64}$`)

// maxAnswer is the largest answer that is read; the file in it is a picture of one page.
const maxAnswer = 30 << 20

// Submit writes the request, once: a file that is there already says the same.
func (p *Folder) Submit(_ context.Context, r Request) error {
	if !referenceForm.MatchString(r.Reference) {
		return ErrInvalid.With("reference", r.Reference)
	}
	asJSON, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	asXML, err := xml.MarshalIndent(struct {
		XMLName xml.Name `xml:"InvoiceRequest"`
		Request
	}{Request: r}, "", "  ")
	if err != nil {
		return err
	}
	for ending, content := range map[string][]byte{".xml": append([]byte(xml.Header), asXML...), ".json": asJSON} {
		if err := writeWhole(filepath.Join(p.Dir, "out", r.Reference+ending), append(content, '\n')); err != nil {
			return fmt.Errorf("write request %s: %w", r.Reference, err)
		}
	}
	return nil
}

// writeWhole leaves the file with all its content or not at all.
func writeWhole(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".part-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// Fetch reads the answer. A file that is not whole yet, or is none, is ErrAnswer with what is wrong; it is read again the
// next time.
func (p *Folder) Fetch(_ context.Context, reference string) (*Answer, error) {
	if !referenceForm.MatchString(reference) {
		return nil, ErrInvalid.With("reference", reference)
	}
	name := filepath.Join(p.Dir, "in", reference+".json")
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > maxAnswer {
		return nil, ErrAnswer.Say("答复文件 "+filepath.Base(name)+" 过大", "the answer "+filepath.Base(name)+" is too large")
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return parseAnswer(content)
}

func parseAnswer(content []byte) (*Answer, error) {
	var a Answer
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		return nil, ErrAnswer.Say("答复不是有效的 JSON："+err.Error(), "the answer is no valid JSON: "+err.Error()).Because(err)
	}
	if d.More() {
		return nil, ErrAnswer.Say("答复中有多余内容", "there is more behind the answer")
	}
	return &a, nil
}
