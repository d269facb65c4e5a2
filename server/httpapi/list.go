package httpapi

import (
	"encoding/base64"
	"encoding/json"

	"sealgate/server/errs"
)

// List is one page of records.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor,omitempty" doc:"Give it as cursor to get the next page; absent on the last one."`
	Total      int64  `json:"total" doc:"How many records match in all, within what the caller may see."`
}

// NewList makes a page; no items are an empty list, never null.
func NewList[T any](items []T, next string, total int64) List[T] {
	if items == nil {
		items = []T{}
	}
	return List[T]{items, next, total}
}

// Convert makes the items of a page from a domain's records.
func Convert[F, T any](from []F, f func(F) T) []T {
	out := make([]T, len(from))
	for i, v := range from {
		out[i] = f(v)
	}
	return out
}

// Paging is embedded in the input of every list; Searched and InStates beside it only where the list does search and
// narrow: a parameter that is described and then ignored shows people everything where they asked for something.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// Searched is embedded where a list looks for a text.
type Searched struct {
	Q string `query:"q" maxLength:"100" doc:"Search text."`
}

// InStates is embedded where a list is narrowed by state.
type InStates struct {
	State string `query:"state" maxLength:"64" doc:"One state, or several joined by commas."`
}

// Page is a list that is searched and narrowed by state.
type Page struct {
	Paging
	Searched
	InStates
}

// StatePage is a list that is narrowed by state but not searched.
type StatePage struct {
	Paging
	InStates
}

var errCursor = errs.Invalid("list.bad_cursor", "翻页标记无效，请从第一页重新开始", "the cursor is not valid; start again from the first page")

// CutPage takes one more row than limit as the sign that there is a next page, cuts it off and gives that page's cursor.
func CutPage[T any](rows []T, limit int, keys func(T) []string) (page []T, next string) {
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], EncodeCursor(keys(rows[limit-1])...)
}

// EncodeCursor packs the sort keys of a page's last record.
func EncodeCursor(keys ...string) string {
	b, _ := json.Marshal(keys)
	return base64.RawURLEncoding.EncodeToString(b)
}

// DecodeCursor gives the n sort keys back; nil for the first page.
func DecodeCursor(cursor string, n int) ([]string, error) {
	if cursor == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	var keys []string
	if err != nil || json.Unmarshal(b, &keys) != nil || len(keys) != n {
		return nil, errCursor
	}
	return keys, nil
}
