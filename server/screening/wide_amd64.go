//go:build amd64 && !purego

package screening

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// The scan in vectors of 512 bits (wide_amd64.s): 64 bytes of text are read at a time.
// Measured in docs/benchmarks.md; why it is worth its lines, in docs/adr.

var wideCPU = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512DQ &&
	cpu.X86.HasAVX512VBMI && cpu.X86.HasAVX512VBMI2 && cpu.X86.HasBMI1 && cpu.X86.HasBMI2 && cpu.X86.HasPOPCNT

// wideArgs is what decodeBlocks reads and writes.
type wideArgs struct {
	text         *byte
	table        *uint32
	codes, attrs *uint16
	pos          *uint32
	end          int // bytes of the text
	i, n, units  int
	all          uint64 // attr* of what was read
}

// decodeBlocks does what decode does, up to the end of the text or the first block of 64
// bytes that has anything but sound characters of one to three bytes with a code of their
// own; i is then where that block begins.
//
//go:noescape
func decodeBlocks(a *wideArgs)

// pairBlocks does what pairs does, for n-1 pairs.
//
//go:noescape
func pairBlocks(codes *uint16, cand *uint32, f2 *uint32, shift uint64, n int) int

// block is how much text decodeBlocks looks at in one go.
const block = 64

func (m *matcher) decodeWide(s string, sc *scratch) int {
	a := &sc.wide
	a.text, a.table, a.end = unsafe.StringData(s), &m.table[0], len(s)
	a.codes, a.attrs, a.pos = unsafe.SliceData(sc.codes), unsafe.SliceData(sc.attrs), unsafe.SliceData(sc.pos)
	a.i, a.n, a.units, a.all = 0, 1, 0, 0
	for {
		decodeBlocks(a)
		sc.units += a.units
		if a.i >= len(s) {
			break
		}
		a.units = 0
		a.i, a.n = m.decode(s, sc, a.i, min(a.i+block, len(s)), a.n)
	}
	all := a.all | a.all>>32
	sc.all |= uint16(all | all>>16)
	return a.n
}

func (m *matcher) pairsWide(sc *scratch, n int) int {
	return pairBlocks(unsafe.SliceData(sc.codes), unsafe.SliceData(sc.cand), unsafe.SliceData(m.f2), uint64(m.f2shift), n)
}
