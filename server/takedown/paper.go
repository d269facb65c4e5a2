package takedown

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"sealgate/server/paper"
	"sealgate/server/trail"
)

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// textsShown is how many of the texts the report quotes.
const textsShown = 10

// Paper gives the report to the authority as a PDF: a draft until it is registered as sent, then the paper that was sent. It quotes the
// content, so the look is logged (A22).
func (s *Service) Paper(ctx context.Context, id string) (*Case, []byte, error) {
	c, err := s.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	content, err := s.paper(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	return c, content, s.db.Run(ctx, func(ctx context.Context) error {
		return s.trail.Record(ctx, trail.Entry{
			Action: "takedown.look", ObjectType: "takedown", ObjectID: c.ID, CustomerID: c.CustomerID, Detail: map[string]any{"purpose": "authority", "sha256": hashOf(content)},
		})
	})
}

func (s *Service) paper(ctx context.Context, c *Case) ([]byte, error) {
	d := paper.AuthorityReportData{
		Number: c.Number, Authority: c.Authority, From: s.Provider, On: c.FoundAt.Date(), Draft: c.ReportedAt.IsZero(), FoundAt: c.FoundAt.Time().Format("2006-01-02 15:04"), Finder: c.FoundName,
		Class: c.ContentClass.Zh(), Description: c.Description,
		Customer: paper.Party{Name: c.CustomerName, USCC: c.Facts.USCC, Address: c.Facts.Address, Contact: c.Facts.LegalRep},
		Contacts: c.Facts.Contacts,
		Batch:    c.BatchNumber, Submitter: c.Facts.Submitter, Submitted: c.Facts.Submitted, FileHash: c.Facts.FileHash, Signature: c.Facts.Signature,
		Found: c.Facts.Totals.Found, Sent: c.Facts.Totals.Sent, Stopped: c.Facts.Totals.Messages, StoppedBatches: c.Facts.Batches,
	}
	if !c.ReportedAt.IsZero() {
		d.On = c.ReportedAt.Date()
	}
	for _, x := range c.Facts.Contracts {
		d.Contracts = append(d.Contracts, paper.ReportedContract{Number: x.Number, ServiceCode: x.ServiceCode})
	}
	groups := c.GroupIDs
	if len(groups) == 0 {
		all, err := s.Batches.GroupCounts(asHouse(ctx), c.BatchID)
		if err != nil {
			return nil, err
		}
		for _, g := range all[:min(len(all), textsShown)] {
			groups = append(groups, g.ID)
		}
	}
	for _, id := range groups[:min(len(groups), textsShown)] {
		g, err := s.Batches.GroupSample(asHouse(ctx), c.BatchID, id)
		if err != nil {
			return nil, err
		}
		d.Texts = append(d.Texts, paper.ReportedText{Text: g.Sample, Messages: g.Total(), Rules: g.Reasons})
	}
	return paper.AuthorityReport(d)
}
