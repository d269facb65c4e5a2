package memory

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// unmapProgram drops the pages of the program's file that can't be written to, hence hold what the file holds. Where the system
// does not tell or allow, nothing happens: it is about memory alone.
func unmapProgram() {
	program, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer func() { _ = maps.Close() }()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		// 00403000-03322000 r-xp 00003000 fe:00 10339730    /usr/bin/sealgate
		f := strings.Fields(lines.Text())
		if len(f) < 6 || f[5] != program || strings.Contains(f[1], "w") {
			continue
		}
		var first, end uintptr
		if _, err := fmt.Sscanf(f[0], "%x-%x", &first, &end); err != nil {
			continue
		}
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, first, end-first, syscall.MADV_DONTNEED)
	}
}
