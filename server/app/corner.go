package app

import (
	"sealgate/server/corner"
	"sealgate/server/ticket"
	"sealgate/server/webhook"
)

// WebhookConfig loosens what customers' addresses may be, for trials on one machine.
type WebhookConfig struct {
	AllowHTTP    bool `koanf:"allow_http"`
	AllowPrivate bool `koanf:"allow_private"`
}

// wireCorner makes what customers do for themselves, over everything else, and has those below it ask and tell it.
func (a *App) wireCorner() {
	d, c := a.DB, a.Clock
	a.Corner = corner.New(d, c, a.Trail, corner.Deps{
		Staff: a.Staff, APIKeys: a.APIKeys, Customers: a.Customers, Documents: a.Documents, Notices: a.Notices, Batches: a.Batches, Stops: a.Handoff, Payments: a.Payments,
		Contracts: a.Contracts, Bills: a.Bills,
	})
	a.Staff.Heed(a.Corner)
	a.APIKeys.Ask(a.Corner)
	a.Batches.Guard(a.Corner)
	a.Tickets = ticket.New(d, c, a.Trail, ticket.Deps{Customers: a.Customers, Contracts: a.Contracts, Documents: a.Documents, Notices: a.Notices})
	a.Webhooks = webhook.New(d, c, a.Trail, webhook.Deps{Keys: a.Keys, Notices: a.Notices, Batches: a.Batches, Statuses: a.Handoff, Policy: webhook.Policy(a.Config.Webhooks)})
	a.Batches.Watch(a.Webhooks)
	a.Handoff.Watch(a.Webhooks)
	a.Notices.Follow(a.Webhooks)
}
