package report

import (
	"context"
	"regexp"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

var slot = regexp.MustCompile(`\{scope:([a-z_.]+)\}|:([a-z]+)`)

// fill replaces {scope:COLUMN} by the actor's scope and :name by a bound value, in the order in which they stand.
func fill(ctx context.Context, sql string, values map[string]any) (string, []any) {
	var args []any
	scope := actor.From(ctx).Scope
	out := slot.ReplaceAllStringFunc(sql, func(m string) string {
		if column, ok := strings.CutPrefix(m, "{scope:"); ok {
			cond, more := scope.SQL(strings.TrimSuffix(column, "}"))
			args = append(args, more...)
			return "(" + cond + ")"
		}
		args = append(args, values[m[1:]])
		if m == ":like" {
			return "? ESCAPE '!'"
		}
		return "?"
	})
	return out, args
}

func (s store) count(ctx context.Context, sql string, values map[string]any) (int64, error) {
	q, args := fill(ctx, sql, values)
	var n int64
	err := s.db.Q(ctx).Raw(q, args...).Scan(&n).Error
	return n, err
}

func (s store) find(ctx context.Context, sql string, values map[string]any, limit int) ([]Found, error) {
	q, args := fill(ctx, sql+" LIMIT ?", values)
	var out []Found
	err := s.db.Q(ctx).Raw(q, append(args, limit)...).Scan(&out).Error
	return out, err
}
