package batch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"sealgate/server/platform/crypt"
)

// A file of rows (a source, an error file) is kept as one zstd frame, sealed as a stream; its key ends in packedSuffix. Files that
// are compressed already, and those of versions before, are sealed as they are. The seal is bound to which of the two it is, so that a
// renamed object does not open.
const (
	packedSuffix = ".zst"
	// packWindow bounds what packing a file takes of memory (6.5 MB) and unpacking it (4 MB); a larger one gains less than 2% on lists.
	packWindow = 2 << 20
)

func fileContext(name, context string) string {
	if strings.HasSuffix(name, packedSuffix) {
		return context + "\x00zstd"
	}
	return context
}

// sealFile gives the bytes of the object of that name for a plain file, as a stream. The reader must be closed.
func sealFile(key *crypt.Key, name, context string, plain io.Reader, packers *filePackers) (io.ReadCloser, error) {
	if !strings.HasSuffix(name, packedSuffix) {
		sealed, err := key.SealReader(plain, fileContext(name, context))
		return io.NopCloser(sealed), err
	}
	p, err := packers.pack(plain)
	if err != nil {
		return nil, err
	}
	sealed, err := key.SealReader(p, fileContext(name, context))
	return closing{sealed, p}, err
}

// openFile gives the plain file of which an object of that name was made. A damaged one ends with crypt.ErrDamaged. Closing the reader closes
// the object; so does an error.
func openFile(key *crypt.Key, name, context string, object io.ReadCloser) (io.ReadCloser, error) {
	plain, err := key.OpenReader(object, fileContext(name, context))
	if err != nil {
		return nil, errors.Join(err, object.Close())
	}
	if !strings.HasSuffix(name, packedSuffix) {
		return closing{plain, object}, nil
	}
	u := &fileUnpacker{src: faultReader{r: plain}, object: object, name: name}
	u.z, err = zstd.NewReader(&u.src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(2*packWindow))
	if err != nil {
		return nil, errors.Join(err, object.Close())
	}
	return u, nil
}

type closing struct {
	io.Reader
	io.Closer
}

// filePackers pack files at one level. They are used again: one takes longer to make than a small file to pack.
type filePackers struct {
	level zstd.EncoderLevel
	idle  sync.Pool
}

// As with chunks, it pays to look harder where rows have whole texts, and not where they have names, numbers and amounts.
var (
	packTexts   = &filePackers{level: zstd.SpeedBetterCompression}
	packColumns = &filePackers{level: zstd.SpeedFastest}
)

func packersOf(m Mode) *filePackers {
	if m == TextPerRow {
		return packTexts
	}
	return packColumns
}

// filePacker packs what it reads.
type filePacker struct {
	from  *filePackers
	src   io.Reader
	z     *zstd.Encoder
	in    []byte
	out   bytes.Buffer
	ended bool
}

func (from *filePackers) pack(src io.Reader) (*filePacker, error) {
	p := &filePacker{from: from, src: src, in: make([]byte, 64<<10)}
	if z, ok := from.idle.Get().(*zstd.Encoder); ok {
		z.Reset(&p.out)
		p.z = z
		return p, nil
	}
	var err error
	p.z, err = zstd.NewWriter(&p.out, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(from.level), zstd.WithWindowSize(packWindow))
	return p, err
}

func (p *filePacker) Read(b []byte) (int, error) {
	for p.out.Len() == 0 {
		if p.ended {
			return 0, io.EOF
		}
		if err := p.fill(); err != nil {
			return 0, err
		}
	}
	return p.out.Read(b)
}

func (p *filePacker) fill() error {
	n, err := p.src.Read(p.in)
	if n > 0 {
		if _, err := p.z.Write(p.in[:n]); err != nil {
			return err
		}
	}
	if errors.Is(err, io.EOF) {
		p.ended = true
		return p.z.Close()
	}
	return err
}

// Close gives the packer back, whether or not all was read.
func (p *filePacker) Close() error {
	if p.z != nil {
		p.z.Reset(nil)
		p.from.idle.Put(p.z)
		p.z = nil
	}
	return nil
}

// fileUnpacker tells a frame that is damaged apart from an object that can't be read.
type fileUnpacker struct {
	src    faultReader
	z      *zstd.Decoder
	object io.Closer
	name   string
}

func (u *fileUnpacker) Read(b []byte) (int, error) {
	n, err := u.z.Read(b)
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return n, err
	case u.src.err != nil:
		return n, u.src.err
	}
	return n, crypt.ErrDamaged.Because(fmt.Errorf("%s: %w", u.name, err))
}

func (u *fileUnpacker) Close() error {
	u.z.Close()
	return u.object.Close()
}

// faultReader remembers why it stopped giving.
type faultReader struct {
	r   io.Reader
	err error
}

func (f *faultReader) Read(b []byte) (int, error) {
	n, err := f.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}
