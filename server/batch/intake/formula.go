package intake

import "bytes"

// formulaErrors are what spreadsheets show, and export, where a formula has no result.
var formulaErrors = [][]byte{
	[]byte("#N/A"), []byte("#REF!"), []byte("#VALUE!"), []byte("#DIV/0!"), []byte("#NAME?"), []byte("#NUM!"), []byte("#NULL!"), []byte("#SPILL!"), []byte("#CALC!"), []byte("#FIELD!"),
}

// Formula tells a cell that holds a formula instead of its result, or the sign that there is none. Nobody wants to send either.
func Formula(cell []byte) bool {
	if len(cell) < 2 {
		return false
	}
	switch cell[0] {
	case '#':
		for _, e := range formulaErrors {
			if bytes.Equal(cell, e) {
				return true
			}
		}
	case '=': // text may begin with = as a rule or an arrow; a formula goes on with a name, a number or a bracket
		c := cell[1] | 0x20
		return c >= 'a' && c <= 'z' || cell[1] >= '0' && cell[1] <= '9' || bytes.IndexByte([]byte(`("$'@+-`), cell[1]) >= 0
	}
	return false
}

// literal is what people see of ="00123": so spreadsheets' exports keep a text from becoming a number.
func literal(cell []byte) []byte {
	if len(cell) >= 3 && cell[0] == '=' && cell[1] == '"' && bytes.IndexByte(cell[2:], '"') == len(cell)-3 {
		return cell[2 : len(cell)-1]
	}
	return cell
}
