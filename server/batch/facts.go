package batch

import (
	"context"
	"fmt"
	"slices"

	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/recipient"
	"sealgate/server/screening"
)

// Wallets is what a batch asks of those who pay in advance (wallet.Service). The money itself is reserved when a batch is approved.
type Wallets interface {
	CanSend(ctx context.Context, contractID string, parts int64) (bool, error)
	Has(ctx context.Context, contractID string) (bool, error)
	Available(ctx context.Context, contractID string) (money.Fen, int64, error)
}

// recipientFacts is what is known about the recipient of one message.
type recipientFacts struct {
	kind      recipient.Kind // why she must not get it, "" where she may
	sentToday int64          // messages of the signature that she has got today
}

// aboutRecipients asks the lists, the proofs of consent and the counters about the recipients of a chunk's messages.
func (s *Service) aboutRecipients(ctx context.Context, b *Batch, messages []Message) ([]recipientFacts, error) {
	h, err := s.Recipients.Hasher(ctx)
	if err != nil {
		return nil, err
	}
	m := recipient.Sends{CustomerID: b.CustomerID, SignatureID: b.SignatureID, BatchID: b.ID, Category: string(b.Category), Hashes: make([]string, len(messages))}
	for i := range messages {
		m.Hashes[i] = h.Hash(messages[i].Phone)
	}
	listed, err := s.Recipients.CheckSignature(ctx, b.CustomerID, b.SignatureID, m.Hashes)
	if err != nil {
		return nil, err
	}
	unasked, err := s.Recipients.Unasked(ctx, m, s.sendAt(b).Date())
	if err != nil {
		return nil, err
	}
	sent, err := s.Recipients.SentToday(ctx, b.SignatureID, m.Hashes)
	if err != nil {
		return nil, err
	}
	out := make([]recipientFacts, len(messages))
	for i, hash := range m.Hashes {
		out[i] = recipientFacts{kind: listed[hash], sentToday: sent[i]}
		if out[i].kind == "" && unasked[i] {
			out[i].kind = recipient.NotAgreed
		}
	}
	return out, nil
}

// into puts what is known about the recipient into the facts of a message.
func (r recipientFacts) into(facts map[string]any) {
	facts["opted_out"], facts["blacklisted"] = r.kind == recipient.OptOut, r.kind == recipient.Blacklist
	facts["consent_missing"], facts["consented"] = r.kind == recipient.NotAgreed, r.kind != recipient.NotAgreed
	facts["sent_today"] = r.sentToday
}

// lawHits say by which rule a message is refused whatever the rule set says: the law's demand holds.
var lawHits = map[recipient.Kind]screening.Hit{
	recipient.OptOut:    {Rule: "recipient.opted_out", ReasonCode: "RCPT.OPTED_OUT", Title: "收件人已退订"},
	recipient.Blacklist: {Rule: "recipient.blacklisted", ReasonCode: "RCPT.BLACKLISTED", Title: "收件人在黑名单"},
	recipient.NotAgreed: {Rule: "recipient.consent", ReasonCode: "MKT.NO_CONSENT", Title: "收件人没有登记或同意"},
}

func lawHit(k recipient.Kind) screening.Hit {
	h := lawHits[k]
	h.Class, h.Action = "recipient", string(screening.RefuseMessage)
	return h
}

// messageFacts are what rules may ask about every message of the batch.
func (s *Service) messageFacts(ctx context.Context, b *Batch) (map[string]any, error) {
	when := s.sendAt(b).Time()
	facts := map[string]any{
		"customer": b.CustomerID, "contract": b.ContractID, "recipient_count": b.Recipients, "hour": when.Hour(), "minute": when.Minute(),
		"registered_signatures": []string{b.Signature},
	}
	customer, err := s.Customers.Get(ctx, b.CustomerID)
	if err != nil {
		return nil, fmt.Errorf("customer of batch %s: %w", b.ID, err)
	}
	phones := []string{}
	for _, contact := range customer.Contacts {
		phones = append(phones, contact.Phone)
	}
	facts["registered_phones"] = phones
	c, err := s.Contracts.Get(ctx, b.ContractID)
	if err != nil {
		return nil, fmt.Errorf("contract of batch %s: %w", b.ID, err)
	}
	if c.Terms.Kind == plan.KindPort { // a port reaches the carriers that it was bought from, and no others
		facts["allowed_carriers"] = slices.Clone(c.Carriers)
	}
	return facts, nil
}

// wholeFacts is what the batch rules ask about consent, money and repeats.
func (s *Service) wholeFacts(ctx context.Context, b *Batch, parts int64) (map[string]any, error) {
	asked, err := s.Recipients.OnFile(ctx, b.CustomerID, b.SignatureID, string(b.Category), s.sendAt(b).Date())
	if err != nil {
		return nil, err
	}
	facts := map[string]any{"customer": b.CustomerID, "contract": b.ContractID, "consent_unproven": !asked}
	if b.Rows > 0 {
		facts["repeat_share"] = float64(b.Duplicates) / float64(b.Rows)
	}
	if s.Wallets != nil {
		enough, err := s.Wallets.CanSend(ctx, b.ContractID, parts)
		if err != nil {
			return nil, err
		}
		facts["funds_short"] = !enough
	}
	return facts, nil
}
