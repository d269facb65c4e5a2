package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/ruleset"
)

type ruleSetRecord struct {
	Version     string          `json:"version"`
	Hash        string          `json:"hash" doc:"SHA-256 of the canonical source."`
	Rules       int64           `json:"rules"`
	CreatedAt   caldate.Instant `json:"created_at"`
	PublishedAt caldate.Instant `json:"published_at" doc:"When it was first published."`
	Published   bool            `json:"published" doc:"Batches that begin screening now are judged by it."`
	Actions     []string        `json:"available_actions"`
}

func (a *API) ruleSets() {
	Register(a, Op{
		ID: "list-rule-sets", Method: http.MethodGet, Path: "/rule-sets", Capability: "ruleset.read", Tag: "ruleset",
		Summary: "规则集版本", SummaryEn: "Versions of the rule set",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[ruleSetRecord] }, error) {
		versions, published, err := a.deps.Rules.Versions(ctx)
		if err != nil {
			return nil, err
		}
		items := Convert(versions, func(v ruleset.Version) ruleSetRecord {
			return ruleSetRecord{v.Version, v.Hash, v.RuleCount, v.CreatedAt, v.PublishedAt, v.Version == published, []string{}}
		})
		return &struct{ Body List[ruleSetRecord] }{NewList(items, "", int64(len(items)))}, nil
	})
}
