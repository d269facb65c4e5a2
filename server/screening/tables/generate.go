//go:build ignore

// Writes simplified.txt and pinyin.txt from the dictionaries of OpenCC (Apache-2.0) and
// go-pinyin (MIT): go run generate.go OPENCC_DICTIONARY_FOLDER
package main

import (
	"bufio"
	"log"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

func pairs(path string) map[rune]rune {
	out := map[rune]rune{}
	f, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		p := strings.Fields(sc.Text())
		if len(p) < 2 {
			continue
		}
		a, b := []rune(p[0]), []rune(p[1])
		if len(a) == 1 && len(b) == 1 && a[0] != b[0] {
			out[a[0]] = b[0]
		}
	}
	return out
}

func main() {
	dir := os.Args[1]
	ts := pairs(filepath.Join(dir, "TSCharacters.txt"))
	variants := map[rune]rune{}
	for _, name := range []string{"JPVariantsRev.txt", "HKVariantsRev.txt", "TWVariantsRev.txt"} {
		for a, b := range pairs(filepath.Join(dir, name)) {
			variants[a] = b
		}
	}
	// A simplified character that is also a variant elsewhere (Japanese 芸 for 藝) stays what it is.
	simple := map[rune]bool{}
	for _, b := range ts {
		simple[b] = true
	}
	for a, b := range variants {
		if _, known := ts[a]; known || simple[a] {
			continue
		}
		if c, ok := ts[b]; ok {
			b = c
		}
		if a != b && b < 0x10000 {
			ts[a] = b
		}
	}
	var keys []rune
	for a, b := range ts {
		if a < 0x10000 && b < 0x10000 {
			keys = append(keys, a)
		}
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	var out strings.Builder
	for i, a := range keys {
		out.WriteRune(a)
		out.WriteRune(ts[a])
		if i%40 == 39 {
			out.WriteByte('\n')
		}
	}
	out.WriteByte('\n')
	if err := os.WriteFile("simplified.txt", []byte(out.String()), 0o644); err != nil {
		log.Fatal(err)
	}

	plain := func(s string) string {
		var b strings.Builder
		for _, r := range norm.NFD.String(s) {
			switch {
			case r >= 'a' && r <= 'z':
				b.WriteRune(r)
			case r == 0x308: // ü is typed v
				t := b.String()
				b.Reset()
				b.WriteString(strings.TrimSuffix(t, "u") + "v")
			}
		}
		return b.String()
	}
	first, more := map[string][]rune{}, map[string][]rune{}
	for c, readings := range pinyin.PinyinDict {
		if c < 0x4E00 || c > 0x9FFF {
			continue
		}
		seen := map[string]bool{}
		for i, r := range strings.Split(readings, ",") {
			p := plain(r)
			if p == "" || seen[p] {
				continue
			}
			seen[p] = true
			if i == 0 {
				first[p] = append(first[p], rune(c))
			} else {
				more[p] = append(more[p], rune(c))
			}
		}
	}
	syllables := map[string]bool{}
	for p := range first {
		syllables[p] = true
	}
	for p := range more {
		syllables[p] = true
	}
	var names []string
	for p := range syllables {
		names = append(names, p)
	}
	sort.Strings(names)
	out.Reset()
	for _, p := range names {
		a, b := first[p], more[p]
		sort.Slice(a, func(i, j int) bool { return a[i] < a[j] })
		sort.Slice(b, func(i, j int) bool { return b[i] < b[j] })
		out.WriteString(p + " " + string(a) + " " + string(b) + "\n")
	}
	if err := os.WriteFile("pinyin.txt", []byte(out.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}
