package app

import (
	"context"

	"sealgate/server/document"
	"sealgate/server/handoff"
	"sealgate/server/recipient"
)

// wireRecipients gives the lists what they ask of others, and what recipients write.
func (a *App) wireRecipients() {
	a.Recipients.Use(evidenceOf{a.Documents}, a.Contracts)
	a.Handoff.Watch(optOuts{a.Recipients})
}

// evidenceOf makes a document the evidence of a consent.
type evidenceOf struct{ documents *document.Service }

func (e evidenceOf) LinkTo(ctx context.Context, id, objectType, objectID, customerID, contractID string) error {
	_, err := e.documents.Link(ctx, id, objectType, objectID, customerID, contractID)
	return err
}

// optOuts hears replies that ask for no more messages.
type optOuts struct{ recipients *recipient.Service }

func (o optOuts) Replied(ctx context.Context, r handoff.Reply) error {
	_, err := o.recipients.Reply(ctx, recipient.Reply{ID: r.ID, Phone: r.Phone, PhoneHash: r.PhoneHash, CustomerID: r.CustomerID, BatchID: r.BatchID, Text: r.Text, At: r.At})
	return err
}
