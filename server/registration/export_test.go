package registration

import "sealgate/configs"

// ReadForFuzz reads a file of answers as far as no database is needed; every line must be understood or have a fault with a place.
func ReadForFuzz(content []byte) {
	carriers, err := LoadCarriers(configs.FS)
	if err != nil {
		panic(err)
	}
	rows, err := readTable(content)
	if err != nil {
		return
	}
	columns, body, err := headed(rows, &carriers.List[0].Answers)
	if err != nil {
		return
	}
	for _, r := range body {
		a, fault := columns.understand(r, &carriers.List[0], Filing{Carrier: "cmcc", State: Sent}, true, 0)
		if a == nil && (fault == nil || fault.Line == 0 || fault.Zh == "" || fault.En == "") {
			panic("a line without answer and fault")
		}
	}
}
