package ruleset

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"sealgate/server/screening"
)

// Doc is one document of a rule set: a rule, a bank of words, or settings, as its author wrote it, comments included.
type Doc struct {
	Key  string // "rule:fraud.loan", "bank:finance", "settings"
	Kind string
	Ref  string // the rule's or the bank's id
	File string // the file it stands in
	Text string
}

// The kinds of documents.
const (
	KindRule     = "rule"
	KindBank     = "bank"
	KindSettings = "settings"
)

func docKey(kind, ref string) string {
	if kind == KindSettings {
		return strings.TrimSuffix("settings:"+ref, ":")
	}
	return kind + ":" + ref
}

// split cuts the files of a set into documents. A line of three dashes at the margin always ends a document, whatever stands
// round it, so the texts can be cut without reading them; a list of rules becomes a document for each.
func split(fsys fs.FS) ([]Doc, error) {
	var names []string
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if ext := path.Ext(p); err == nil && !d.IsDir() && (ext == ".yaml" || ext == ".yml") {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var out []Doc
	settings := 0
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		comment := ""
		for _, text := range cutDocs(string(b)) {
			text = comment + text
			docs, err := docsOf(text, name)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if comment = ""; len(docs) == 0 && strings.TrimSpace(text) != "" {
				comment = endLine(text) // words before the first document belong to it
			}
			for _, d := range docs {
				if d.Kind == KindSettings {
					if settings++; settings > 1 {
						d.Ref = fmt.Sprint(settings)
					}
				}
				d.Key = docKey(d.Kind, d.Ref)
				out = append(out, d)
			}
		}
	}
	return out, nil
}

func cutDocs(text string) []string {
	var out []string
	var b strings.Builder
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		if bare := strings.TrimRight(line, " \t\r\n"); bare == "---" || strings.HasPrefix(line, "--- ") {
			out = append(out, b.String())
			b.Reset()
			if rest := strings.TrimPrefix(line, "--- "); rest != line && !strings.HasPrefix(strings.TrimSpace(rest), "#") {
				b.WriteString(rest)
			}
			continue
		}
		b.WriteString(line)
	}
	return append(out, b.String())
}

// docsOf gives the documents of one YAML document; a comment without anything else belongs to none.
func docsOf(text, file string) ([]Doc, error) {
	root, err := parseRoot(text)
	if err != nil || root == nil {
		return nil, err
	}
	if root.Kind != yaml.SequenceNode {
		kind, ref := kindOf(root)
		return []Doc{{Kind: kind, Ref: ref, File: file, Text: endLine(text)}}, nil
	}
	var out []Doc
	for _, n := range root.Content {
		one, err := encodeYAML(n)
		if err != nil {
			return nil, err
		}
		kind, ref := kindOf(n)
		out = append(out, Doc{Kind: kind, Ref: ref, File: file, Text: one})
	}
	return out, nil
}

func endLine(s string) string { return strings.TrimRight(s, " \t\r\n") + "\n" }

// parseRoot gives the top node of a YAML text; nil where there is none.
func parseRoot(text string) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return nil, nil
	}
	return doc.Content[0], nil
}

func encodeYAML(n *yaml.Node) (string, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return "", err
	}
	return b.String(), e.Close()
}

func kindOf(root *yaml.Node) (kind, ref string) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		switch root.Content[i].Value {
		case "id":
			return KindRule, root.Content[i+1].Value
		case "bank":
			return KindBank, root.Content[i+1].Value
		}
	}
	return KindSettings, ""
}

// join puts documents back into their files.
func join(docs []Doc) map[string]string {
	out := map[string]string{}
	for _, d := range docs {
		if have, ok := out[d.File]; ok {
			out[d.File] = have + "---\n" + endLine(d.Text)
		} else {
			out[d.File] = endLine(d.Text)
		}
	}
	return out
}

// apart puts each document into a file of its own, so that a line of an error is a line of the document; the files stand in
// the documents' order. The second map leads back.
func apart(docs []Doc) (files map[string]string, keys map[string]string) {
	files, keys = map[string]string{}, map[string]string{}
	for i, d := range docs {
		name := fmt.Sprintf("%05d.yaml", i)
		files[name], keys[name] = d.Text, d.Key
	}
	return files, keys
}

// fileset is a file system in memory.
func fileset(files map[string]string) (fs.FS, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(text)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
}

// pick gives the document of a key, or nil.
func pick(docs []Doc, key string) *Doc {
	for i := range docs {
		if docs[i].Key == key {
			return &docs[i]
		}
	}
	return nil
}

// sourceOf parses documents that are known to be sound.
func sourceOf(docs []Doc) (*screening.Source, error) {
	files, _ := apart(docs)
	fsys, err := fileset(files)
	if err != nil {
		return nil, err
	}
	return screening.Load(fsys)
}
