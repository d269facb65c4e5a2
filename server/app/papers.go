package app

import (
	"context"
	"unicode/utf16"

	"sealgate/server/announcement"
	"sealgate/server/caldate"
	"sealgate/server/calltask"
	"sealgate/server/handoff"
	"sealgate/server/httpapi"
	"sealgate/server/library"
	"sealgate/server/maintenance"
	"sealgate/server/quality"
	"sealgate/server/sysmessage"
	"sealgate/server/workday"
)

// paperwork are the services of papers, notices and maintenance. A trial has none of them.
type paperwork struct {
	Workdays       *workday.Service
	Library        *library.Service
	Maintenance    *maintenance.Service
	Announcements  *announcement.Service
	Quality        *quality.Service
	CallTasks      *calltask.Service
	SystemMessages *sysmessage.Service
}

// MessagesConfig says under which signature, and from which number, notices go to the phones of customers' contacts; no
// signature: none go.
type MessagesConfig struct {
	Signature string `koanf:"signature"`
	Sender    string `koanf:"sender"`
}

// wirePapers makes them over the services of contracts and money, and has call tasks and messages go with the notices.
func (a *App) wirePapers() {
	d, c := a.DB, a.Clock
	a.Library = library.New(d, c, a.Trail, a.Templates)
	a.Maintenance = maintenance.New(d, c, a.Trail, maintenance.Deps{
		Contracts: a.Contracts, Charges: a.Charges, Documents: a.Documents, Notices: a.Notices, Templates: a.Templates, Workdays: a.Workdays, Provider: a.provider(),
	})
	a.Announcements = announcement.New(d, c, a.Trail, announcement.Deps{
		Contracts: a.Contracts, Charges: a.Charges, Documents: a.Documents, Notices: a.Notices, Templates: a.Templates, Provider: a.provider(),
	})
	a.Quality = quality.New(d, c, a.Trail, quality.Deps{Customers: a.Customers, Notices: a.Notices, Provider: a.provider()})
	calls, phones := map[string]int{}, map[string]bool{}
	for kind, text := range a.texts {
		phones[kind] = text.Message
		if text.Call > 0 {
			calls[kind] = text.Call
		}
	}
	a.CallTasks = calltask.New(d, c, a.Trail, calltask.Deps{Customers: a.Customers, Workdays: a.Workdays, Kinds: calls})
	a.Notices.Follow(a.CallTasks)
	a.SystemMessages = sysmessage.New(d, c, a.Trail, sysmessage.Deps{Customers: a.Customers, Notices: a.Notices, Signature: a.Config.Messages.Signature, Kinds: phones})
	a.Notices.Follow(a.SystemMessages)
}

// wirePhones has system messages leave through the channels of the hand-off, and their receipts come back.
func (a *App) wirePhones() {
	p := phones{a.Handoff, a.SystemMessages, a.Config.Messages.Sender}
	a.SystemMessages.Through(p)
	a.Handoff.WatchSystem(p)
}

func (a *App) paperworkDeps() httpapi.Paperwork {
	return httpapi.Paperwork{Workdays: a.Workdays, Library: a.Library, Maintenance: a.Maintenance, Announcements: a.Announcements, Quality: a.Quality, CallTasks: a.CallTasks, SystemMessages: a.SystemMessages}
}

// phones carries system messages by the hand-off.
type phones struct {
	handoff  *handoff.Service
	messages *sysmessage.Service
	sender   string
}

var fates = map[handoff.Outcome]sysmessage.State{
	handoff.Accepted: sysmessage.Sent, handoff.Refused: sysmessage.Failed, handoff.NotSent: sysmessage.Queued, handoff.Unclear: sysmessage.Unclear,
}

// Carry gives messages to a channel.
func (p phones) Carry(ctx context.Context, messages []sysmessage.Outgoing) (channel string, out []sysmessage.Fate, err error) {
	outgoing := make([]handoff.Outgoing, len(messages))
	for i, m := range messages {
		outgoing[i] = handoff.Outgoing{Key: handoff.SystemKey(m.ID), Phone: m.Phone, Text: m.Text, Sender: p.sender, Parts: parts(m.Text)}
	}
	channel, answers, err := p.handoff.SendSystem(ctx, outgoing)
	for _, x := range answers {
		out = append(out, sysmessage.Fate{State: fates[x.Outcome], Code: x.Code})
	}
	return channel, out, err
}

// SystemReceipt books what a channel reports of one. What says nothing final changes nothing.
func (p phones) SystemReceipt(ctx context.Context, id string, r handoff.Receipt) (mine bool, err error) {
	switch r.Result {
	case handoff.Success, handoff.Failure:
		return p.messages.Receipt(ctx, id, r.Result == handoff.Success, r.Code, r.At)
	}
	return p.messages.Knows(ctx, id)
}

// parts is how many parts a text has: 70 UTF-16 units, then 67 each.
func parts(text string) int {
	n := len(utf16.Encode([]rune(text)))
	if n <= 70 {
		return 1
	}
	return (n + 66) / 67
}

// maintenanceDay confirms reports by silence and tells of what is due. A trial has no maintenance.
func (a *App) maintenanceDay(ctx context.Context, d caldate.Date) (string, error) {
	if a.Maintenance == nil {
		return "", nil
	}
	return a.Maintenance.RunDay(ctx, d)
}

// visitReport is the paper that goes with the mail about a visit's report: the newest of the contract.
func (a *App) visitReport(ctx context.Context, contractID string) (string, []byte, error) {
	visits, _, err := a.Maintenance.Visits(ctx, maintenance.Query{ContractID: contractID, States: []string{string(maintenance.Reported)}, Limit: 1})
	if err != nil || len(visits) == 0 {
		return "", nil, err
	}
	d, pdf, err := a.Documents.Open(ctx, visits[0].DocumentID)
	if err != nil {
		return "", nil, err
	}
	return d.Name, pdf, nil
}
