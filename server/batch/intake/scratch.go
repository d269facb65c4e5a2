package intake

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"io"
	"os"
)

const (
	// pageSize is how much of a scratch file is opened at a time. It is a multiple of the cipher's block.
	pageSize = 16 << 10
	// cachedPages is how many open pages a scratch file keeps: 1 MB.
	cachedPages = 64
)

// scratch is a file for what must not be held in memory, written once from its beginning to its end and then read anywhere. What
// stands in it are people's data, so it is sealed with a key that nobody but this process ever has, and it has no name: the
// system drops it with the process, however that ends.
type scratch struct {
	file  *os.File
	block cipher.Block
	seal  cipher.Stream
	full  error // what Write says beyond most
	most  int64
	size  int64
	out   []byte // sealed, not yet written
	pages [cachedPages]page
}

// page is an open piece of a scratch file.
type page struct {
	number int64 // from 1; 0: none
	plain  []byte
}

// newScratch makes an empty file in dir (the system's folder for such files where it is ""). Beyond most bytes Write gives full.
func newScratch(dir string, most int64, full error) (*scratch, error) {
	file, err := os.CreateTemp(dir, "intake-*")
	if err != nil {
		return nil, err
	}
	s := &scratch{file: file, full: full, most: most, out: make([]byte, 0, pageSize)}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	if err = os.Remove(file.Name()); err == nil {
		s.block, err = aes.NewCipher(key)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	s.seal = s.stream(0)
	return s, nil
}

// stream is the cipher's from the page with a number (from 0) on. Counters never meet twice, because the key is this file's own.
func (s *scratch) stream(page int64) cipher.Stream {
	var counter [aes.BlockSize]byte
	binary.BigEndian.PutUint64(counter[8:], uint64(page*(pageSize/aes.BlockSize)))
	return cipher.NewCTR(s.block, counter[:])
}

func (s *scratch) Write(p []byte) (int, error) {
	written := len(p)
	if s.size += int64(written); s.size > s.most {
		return 0, s.full
	}
	for len(p) > 0 {
		have := len(s.out)
		n := min(len(p), pageSize-have)
		s.out = s.out[:have+n]
		s.seal.XORKeyStream(s.out[have:], p[:n])
		if p = p[n:]; len(s.out) == pageSize {
			if err := s.flush(); err != nil {
				return 0, err
			}
		}
	}
	return written, nil
}

func (s *scratch) flush() error {
	_, err := s.file.Write(s.out)
	s.out = s.out[:0]
	return err
}

// ReadAt reads what was written; flush comes before the first time.
func (s *scratch) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 { // the directory of a damaged zip points anywhere
		return 0, io.EOF
	}
	done := 0
	for done < len(p) {
		plain, err := s.page(off / pageSize)
		if err != nil {
			return done, err
		}
		at := int(off % pageSize)
		if at >= len(plain) {
			return done, io.EOF
		}
		n := copy(p[done:], plain[at:])
		done += n
		off += int64(n)
	}
	return done, nil
}

func (s *scratch) page(number int64) ([]byte, error) {
	p := &s.pages[number%cachedPages]
	if p.number == number+1 {
		return p.plain, nil
	}
	if p.plain == nil {
		p.plain = make([]byte, pageSize)
	}
	p.number = 0
	n, err := s.file.ReadAt(p.plain[:pageSize], number*pageSize)
	if err != nil && err != io.EOF {
		return nil, err
	}
	p.plain = p.plain[:n]
	s.stream(number).XORKeyStream(p.plain, p.plain)
	p.number = number + 1
	return p.plain, nil
}

// Close drops the file and its key.
func (s *scratch) Close() error { return s.file.Close() }
