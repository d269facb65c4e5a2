package main

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
)

// names are the columns of the files; text uses all but the first.
var names = []string{"手机号", "姓名", "订单号", "金额", "到货日期"}

// heads are beginnings of numbers of all carriers.
var heads = []int64{138, 139, 150, 186, 189, 177, 198, 130}

// eachRow gives the rows of a file: the same ones in every form.
func eachRow(rows int, use func(line int, cells []string) error) error {
	r := rand.New(rand.NewPCG(1, 2))
	if err := use(1, names); err != nil {
		return err
	}
	for i := range rows {
		cells := []string{
			fmt.Sprint(heads[r.IntN(len(heads))]*100_000_000 + r.Int64N(100_000_000)), string([]rune{'一' + r.Int32N(5000), '一' + r.Int32N(5000)}),
			fmt.Sprintf("DD2026%08d", r.IntN(100_000_000)), fmt.Sprintf("%d.%02d", r.IntN(900), r.IntN(100)), fmt.Sprintf("2026-11-%02d", r.IntN(28)+1),
		}
		if err := use(i+2, cells); err != nil {
			return err
		}
	}
	return nil
}

func writeCSV(w *bufio.Writer, rows int) error {
	return eachRow(rows, func(_ int, cells []string) error {
		_, err := fmt.Fprintf(w, "%s,%s,%s,%s,%s\n", cells[0], cells[1], cells[2], cells[3], cells[4])
		return err
	})
}

const (
	head  = `<?xml version="1.0" encoding="UTF-8"?>`
	space = "http://schemas.openxmlformats.org/"
	sheet = space + "spreadsheetml/2006/main"
	doc   = space + "officeDocument/2006/relationships"
	kind  = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// parts are those of a spreadsheet that say nothing.
var parts = [][2]string{
	{"[Content_Types].xml", `<Types xmlns="` + space + `package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + kind + `sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + kind + `worksheet+xml"/>` +
		`<Override PartName="/xl/sharedStrings.xml" ContentType="` + kind + `sharedStrings+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="` + space + `package/2006/relationships"><Relationship Id="rId1" Type="` + doc + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="` + sheet + `" xmlns:r="` + doc + `"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + space + `package/2006/relationships"><Relationship Id="rId1" Type="` + doc + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + doc + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
}

// writeXLSX writes the rows as Excel saves them: numbers in their cells, texts apart from the cells that show them.
func writeXLSX(w *bufio.Writer, rows int) error {
	z := zip.NewWriter(w)
	for _, p := range parts {
		f, err := z.Create(p[0])
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, head+p[1]); err != nil {
			return err
		}
	}
	shared := 0
	isText := func(line, column int) bool { return line == 1 || column != 0 && column != 3 }
	err := writePart(z, "xl/worksheets/sheet1.xml", `<worksheet xmlns="`+sheet+`"><sheetData>`, `</sheetData></worksheet>`, rows, func(f *bufio.Writer, line int, cells []string) {
		fmt.Fprintf(f, `<row r="%d">`, line)
		for i, c := range cells {
			if !isText(line, i) {
				fmt.Fprintf(f, `<c r="%c%d"><v>%s</v></c>`, 'A'+i, line, c)
				continue
			}
			fmt.Fprintf(f, `<c r="%c%d" t="s"><v>%d</v></c>`, 'A'+i, line, shared)
			shared++
		}
		_, _ = f.WriteString("</row>")
	})
	if err != nil {
		return err
	}
	begin := fmt.Sprintf(`<sst xmlns="%s" count="%d" uniqueCount="%d">`, sheet, shared, shared)
	err = writePart(z, "xl/sharedStrings.xml", begin, `</sst>`, rows, func(f *bufio.Writer, line int, cells []string) {
		for i, c := range cells {
			if isText(line, i) {
				fmt.Fprintf(f, `<si><t>%s</t></si>`, c)
			}
		}
	})
	return errors.Join(err, z.Close())
}

func writePart(z *zip.Writer, name, begin, end string, rows int, row func(f *bufio.Writer, line int, cells []string)) error {
	part, err := z.Create(name)
	if err != nil {
		return err
	}
	f := bufio.NewWriterSize(part, 1<<16) // keeps the first error for Flush
	_, _ = f.WriteString(head + begin)
	err = eachRow(rows, func(line int, cells []string) error {
		row(f, line, cells)
		return nil
	})
	_, _ = f.WriteString(end)
	return errors.Join(err, f.Flush())
}
