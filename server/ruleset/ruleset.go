// Package ruleset keeps the versions of the rule set and says which one is published. See README.md.
package ruleset

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/screening"
)

// Version is one version of the rule set. It never changes once it is registered.
type Version struct {
	Version     string `gorm:"primaryKey"` // "2026-11-21.1": the day it was registered and a number
	Hash        string // SHA-256 of the canonical source
	Files       string // the rule files as a zip, base64
	RuleCount   int64
	CreatedAt   caldate.Instant
	CreatedBy   string
	PublishedAt caldate.Instant // when it was first published
	PublishedBy string
}

// TableName is rule_sets.
func (Version) TableName() string { return "rule_sets" }

// current is the row that says which version counts; Changes grows with each change.
type current struct {
	ID          int64 `gorm:"primaryKey;autoIncrement:false"`
	Version     string
	PublishedBy string // who chose it last
	Changes     int64
}

func (current) TableName() string { return "rule_set_current" }

// Compiled is a version ready for use. It is immutable.
type Compiled struct {
	Version string
	Set     *screening.Set
	rules   map[string]screening.RuleInfo
}

// Level is the severity of a rule, 1 to 5; 0 for one that the set does not have.
func (c *Compiled) Level(rule string) int { return c.rules[rule].Level }

// Title names a rule for people.
func (c *Compiled) Title(rule string) screening.Title { return c.rules[rule].Title }

// compile makes a set of rule files. No time and no database: the same files give the same set.
func compile(fsys fs.FS, version string) (*Compiled, error) {
	src, err := screening.Load(fsys)
	if err != nil {
		return nil, ErrWrong.Because(err)
	}
	set, err := screening.Compile(src, version)
	if err != nil {
		return nil, ErrWrong.Because(err)
	}
	c := &Compiled{Version: version, Set: set, rules: map[string]screening.RuleInfo{}}
	for _, r := range set.Rules() {
		c.rules[r.ID] = r
	}
	return c, nil
}

// maxFiles bounds what a stored version may unpack to.
const maxFiles = 256 << 20

// pack puts the files of a rule set into one text, in the order of their names and without times, so that equal files give
// equal texts.
func pack(fsys fs.FS) (string, error) {
	var names []string
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	slices.Sort(names)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return "", err
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return "", err
		}
		if _, err := w.Write(content); err != nil {
			return "", err
		}
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

func unpack(text string) (fs.FS, error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	var size uint64
	for _, f := range z.File {
		if size += f.UncompressedSize64; size > maxFiles {
			return nil, fmt.Errorf("rule set of more than %d bytes: %w", maxFiles, io.ErrShortBuffer)
		}
	}
	return z, nil
}
