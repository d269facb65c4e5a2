package plan

import (
	"reflect"
	"strings"

	"sealgate/server/money"
)

// Differ names the terms in which two differ, as in Terms and in its order.
func Differ(a, b Terms) []string {
	out := []string{}
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range va.NumField() {
		if !equal(va.Field(i), vb.Field(i)) {
			name, _, _ := strings.Cut(va.Type().Field(i).Tag.Get("json"), ",")
			out = append(out, name)
		}
	}
	return out
}

// Same tells whether two terms say the same, however their decimals are written.
func Same(a, b Terms) bool { return len(Differ(a, b)) == 0 }

// equal compares by meaning: 0.10 and 0.1 are the same price.
func equal(a, b reflect.Value) bool {
	if d, ok := a.Interface().(money.Decimal); ok {
		return d.Cmp(b.Interface().(money.Decimal)) == 0
	}
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return equal(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !equal(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		if !a.Type().Field(0).IsExported() { // a day
			return a.Interface() == b.Interface()
		}
		for i := range a.NumField() {
			if !equal(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	}
	return a.Interface() == b.Interface()
}
