package trail

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"sealgate/server/caldate"
)

// Checkpoint says how long the chain was and what its hash was at a moment of the machine's clock.
type Checkpoint struct {
	Size int64
	Head string
	At   caldate.Instant
}

const origin = "sealgate/audit"

// text is the signed form: origin, size, head in base64 and the time, a line each.
func (c Checkpoint) text() string {
	head, _ := hex.DecodeString(c.Head)
	return fmt.Sprintf("%s\n%d\n%s\n%s\n", origin, c.Size, base64.StdEncoding.EncodeToString(head), c.At)
}

func parseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 5 || lines[0] != origin {
		return c, errors.New("not a checkpoint of this trail")
	}
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return c, err
	}
	head, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil {
		return c, err
	}
	c.Head = hex.EncodeToString(head)
	return c, c.At.UnmarshalText([]byte(lines[3]))
}

// Notary signs checkpoints with an Ed25519 key and keeps them in a file outside the database: who changes the database
// afterwards, even with all its hashes, contradicts what was signed. Anybody with the public key can check the file.
type Notary struct {
	signer   note.Signer
	verifier note.Verifier
	file     string
}

// The files of a notary.
const (
	keyFile        = "audit-checkpoint.key"
	publicFile     = "audit-checkpoint.pub"
	checkpointFile = "audit-checkpoints.txt"
)

// OpenNotary reads the signing key in keyDir, or makes one, and keeps the checkpoints in dir.
func OpenNotary(keyDir, dir string) (*Notary, error) {
	for _, d := range []string{keyDir, dir} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("folder of the checkpoints: %w", err)
		}
	}
	path := filepath.Join(keyDir, keyFile)
	secret, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if secret, err = makeKey(path); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, fmt.Errorf("key of the checkpoints: %w", err)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(secret)))
	if err != nil {
		return nil, fmt.Errorf("key of the checkpoints in %s: %w", path, err)
	}
	public, err := os.ReadFile(filepath.Join(keyDir, publicFile))
	if err != nil {
		return nil, fmt.Errorf("public key of the checkpoints: %w", err)
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(public)))
	if err != nil {
		return nil, fmt.Errorf("public key of the checkpoints: %w", err)
	}
	if signer.KeyHash() != verifier.KeyHash() {
		return nil, fmt.Errorf("%s and %s in %s do not belong together", keyFile, publicFile, keyDir)
	}
	return &Notary{signer, verifier, filepath.Join(dir, checkpointFile)}, nil
}

// makeKey writes a new pair. Of two processes at their first start one makes it; the other fails and finds it there when
// it is started again.
func makeKey(path string) ([]byte, error) {
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, fmt.Errorf("make a key for the checkpoints: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("key of the checkpoints: %w", err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), publicFile), []byte(public+"\n"), 0o644); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	if _, err := f.WriteString(secret + "\n"); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return []byte(secret), errors.Join(f.Sync(), f.Close())
}

// BadCheckpointError says which checkpoint in the file does not bear our signature.
type BadCheckpointError struct {
	Number int
	Cause  error
}

func (e *BadCheckpointError) Error() string {
	return fmt.Sprintf("checkpoint %d in the file is not signed by our key: %v", e.Number, e.Cause)
}

// Unwrap gives the cause.
func (e *BadCheckpointError) Unwrap() error { return e.Cause }

// separator stands between the notes in the file; no note holds it.
const separator = "\n====\n"

// Read gives the checkpoints in the file, oldest first. With a *BadCheckpointError it gives those before the bad one.
func (n *Notary) Read() ([]Checkpoint, error) {
	data, err := os.ReadFile(n.file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Checkpoint
	parts := bytes.Split(data, []byte(separator))
	for i, p := range parts {
		if i == len(parts)-1 {
			break // after the last separator: nothing, or a note that a kill cut off
		}
		signed, err := note.Open(append(p, '\n'), note.VerifierList(n.verifier))
		if err != nil {
			return out, &BadCheckpointError{i + 1, err}
		}
		c, err := parseCheckpoint(signed.Text)
		if err == nil && len(out) > 0 && c.Size < out[len(out)-1].Size {
			err = errors.New("it is shorter than the one before")
		}
		if err != nil {
			return out, &BadCheckpointError{i + 1, err}
		}
		out = append(out, c)
	}
	return out, nil
}

func (n *Notary) write(c Checkpoint) error {
	signed, err := note.Sign(&note.Note{Text: c.text()}, n.signer)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(n.file, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(n.file)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	end := 0 // behind the last whole note: what a kill cut off is written over
	if i := bytes.LastIndex(data, []byte(separator)); i >= 0 {
		end = i + len(separator)
	}
	body := append(bytes.TrimSuffix(signed, []byte("\n")), separator...)
	if _, err := f.WriteAt(body, int64(end)); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Truncate(int64(end+len(body))), f.Sync(), f.Close())
}

// Checkpoint signs the chain as it stands and writes that to the notary's file: the job of every hour. Where nothing was
// chained since the last one, or ever, it writes none.
func (t *Trail) Checkpoint(ctx context.Context, n *Notary) (Checkpoint, error) {
	old, err := n.Read()
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	head, err := t.store.head(ctx)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	c := Checkpoint{head.Seq, head.Hash, t.clock.RealInstant()}
	if head.Seq == 0 && len(old) == 0 {
		return c, nil
	}
	if len(old) > 0 {
		last := old[len(old)-1]
		if last.Size == c.Size && last.Head == c.Head {
			return last, nil
		}
		if c.Size <= last.Size {
			return c, fmt.Errorf("checkpoint: the chain has %d rows, but %d were signed on %s: rows are missing", c.Size, last.Size, last.At)
		}
	}
	if err := n.write(c); err != nil {
		return c, fmt.Errorf("write a checkpoint: %w", err)
	}
	return c, nil
}

// SetAside moves the checkpoints over more rows than the chain has to a file of their own, and tells which and how many: rows that
// came after the backup from which the database was restored. They stay proof of what is missing.
func (t *Trail) SetAside(ctx context.Context, n *Notary) (file string, lost int, err error) {
	head, err := t.store.head(ctx)
	if err != nil {
		return "", 0, err
	}
	all, err := n.Read()
	if err != nil {
		return "", 0, err
	}
	kept := slices.IndexFunc(all, func(c Checkpoint) bool { return c.Size > head.Seq })
	if kept < 0 {
		return "", 0, nil
	}
	data, err := os.ReadFile(n.file)
	if err != nil {
		return "", 0, err
	}
	end := 0
	for range kept {
		end += bytes.Index(data[end:], []byte(separator)) + len(separator)
	}
	file = strings.TrimSuffix(n.file, ".txt") + t.clock.Real().UTC().Format("-lost-20060102T150405Z") + ".txt"
	if err := os.WriteFile(file, data[end:], 0o644); err != nil {
		return "", 0, err
	}
	return file, len(all) - kept, os.Truncate(n.file, int64(end))
}
