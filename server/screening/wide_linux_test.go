package screening

import (
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// Texts that end at the last byte of a page or begin at the first, with pages beside them
// that nobody may read: a scan that looks further ends the test.
func TestWide_neverReadsBesideTheText(t *testing.T) {
	t.Parallel()
	page := syscall.Getpagesize()
	mem, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Munmap(mem) }()
	for _, guard := range [][]byte{mem[:page], mem[2*page:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	middle := mem[page : 2*page]
	m := testMatcher(t)
	var a, b scratch
	for _, unit := range []string{"发", "a", "é", "发a", "😀", "代开a1é", "⑩发", "\xe4\xb8", "\xe4", "\xc2", "\xf0\x9f\x98"} {
		full := strings.Repeat(unit, 200/len(unit)+1)
		for n := range 200 {
			for _, place := range [][]byte{middle[page-n:], middle[:n]} {
				copy(place, full[:n])
				text := unsafe.String(unsafe.SliceData(place), n)
				if n == 0 {
					text = ""
				}
				if x, y := scanned(m, wideCPU, text, &a), scanned(m, false, full[:n], &b); x != y {
					t.Fatalf("%q\n in vectors %s\notherwise %s", full[:n], x, y)
				}
			}
		}
	}
}
