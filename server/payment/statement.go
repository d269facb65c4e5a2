package payment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/bankfile"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// LineState is where a line of a bank statement stands.
type LineState string

// The states. Open lines are the work list; parked ones wait for something (whose money is it?) with a reason.
const (
	LineOpen    LineState = "open"
	LineMatched LineState = "matched"
	LineParked  LineState = "parked"
	LineIgnored LineState = "ignored" // no customer's money: fees, wages, rent
)

// MatchKind is what a line turned out to be.
type MatchKind string

// The kinds: of credits, and of debits.
const (
	MatchPayment        MatchKind = "payment"         // a customer paid: made from the line
	MatchRecorded       MatchKind = "recorded"        // a payment that had been recorded by hand
	MatchRefundReturned MatchKind = "refund_returned" // our refund came back
	MatchRefund         MatchKind = "refund"          // a refund left
	MatchDepositRefund  MatchKind = "deposit_refund"  // a deposit that was paid back
	MatchBounce         MatchKind = "bounce"          // the bank took a payment back
)

// BankLine is a line of an imported statement. Its facts never change; the bank's reference is unique for an account.
type BankLine struct {
	ID           string `gorm:"primaryKey"`
	ImportID     string
	BankAccount  string
	Reference    string
	LineNo       int64
	OnDate       caldate.Date // value date
	Direction    bankfile.Direction
	Reversal     bool
	AmountFen    money.Fen
	BalanceFen   *money.Fen
	PayerName    string
	PayerAccount string
	Purpose      string

	State       LineState
	MatchKind   MatchKind
	DocumentID  string // of the payment, refund or deposit move
	CustomerID  string
	Note        string // why it was parked or ignored, or its match undone
	Attempts    int    // how often it was matched
	DecidedBy   string
	DeciderName string
	DecidedAt   caldate.Instant
}

// TableName is bank_lines.
func (BankLine) TableName() string { return "bank_lines" }

// Signed is the amount as it changed the account.
func (l *BankLine) Signed() money.Fen {
	if l.Direction == bankfile.Out {
		return -l.AmountFen
	}
	return l.AmountFen
}

// BankImport is one file that was taken in.
type BankImport struct {
	ID           string `gorm:"primaryKey"`
	BankAccount  string
	FileName     string
	FileSHA256   string `gorm:"column:file_sha256"`
	Format       bankfile.Format
	Encoding     string
	LineCount    int64
	Fresh        int64 // lines that were new
	Known        int64 // lines that an earlier file had
	InFen        money.Fen
	OutFen       money.Fen
	FromDate     caldate.Date
	ToDate       caldate.Date
	OpeningFen   *money.Fen
	ClosingFen   *money.Fen
	ImportedBy   string
	ImporterName string
	ImportedAt   caldate.Instant
}

// TableName is bank_imports.
func (BankImport) TableName() string { return "bank_imports" }

type mappingRow struct {
	BankAccount   string `gorm:"primaryKey"`
	Mapping       string
	ConfirmedBy   string
	ConfirmerName string
	ConfirmedAt   caldate.Instant
}

func (mappingRow) TableName() string { return "bank_mappings" }

// Look is what a file would bring, before anything is stored.
type Look struct {
	*bankfile.Statement
	BankAccount string
	SavedAt     caldate.Instant // when the mapping in use was confirmed; zero: a person must look at it
	SavedBy     string
	Fresh       int
	Known       int
}

// Confirmed tells that nobody needs to look at the columns: there are none, or a person did.
func (l *Look) Confirmed() bool { return len(l.Columns) == 0 || !l.SavedAt.IsZero() }

// LookAt reads a statement for an account without storing anything. Without a mapping the saved one of the account is
// used where it fits, else the columns are guessed. Errors: ErrInvalid (account), those of bankfile.Read. What is wrong
// with lines stands in Problems.
func (s *Service) LookAt(ctx context.Context, bankAccount string, content []byte, m *bankfile.Mapping) (*Look, error) {
	var f errs.Fields
	bankAccount = form.BankAccount(&f, "bank_account", bankAccount, false)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	if bankAccount == "" {
		bankAccount = s.Provider.BankAccount
	}
	saved, err := s.store.mapping(ctx, bankAccount)
	if err != nil {
		return nil, err
	}
	out := &Look{BankAccount: bankAccount}
	switch {
	case m != nil:
		if err := m.Check(nil); err != nil {
			return nil, err
		}
		if out.Statement, err = bankfile.Read(content, bankfile.Options{Mapping: m}); err != nil {
			return nil, err
		}
	case saved != nil:
		var kept bankfile.Mapping
		if err := json.Unmarshal([]byte(saved.Mapping), &kept); err != nil {
			return nil, fmt.Errorf("mapping of account %s: %w", bankAccount, err)
		}
		if out.Statement, err = bankfile.Read(content, bankfile.Options{Mapping: &kept}); err == nil {
			out.SavedAt, out.SavedBy = saved.ConfirmedAt, saved.ConfirmerName
			break
		}
		if errs.As(err) == nil { // a fault of ours
			return nil, err
		}
		fallthrough // the bank has changed its columns
	default:
		if out.Statement, err = bankfile.Read(content, bankfile.Options{}); err != nil {
			return nil, err
		}
	}
	if out.Account != "" && out.Account != bankAccount {
		out.Problems = slices.Insert(out.Problems, 0, bankfile.Problem{Field: "bank_account", Code: "other_account", Zh: fmt.Sprintf("文件写明账号 %s，所选账户是 %s", out.Account, bankAccount),
			En: fmt.Sprintf("the file is of account %s, the one chosen is %s", out.Account, bankAccount)})
	}
	known, err := s.known(ctx, bankAccount, out.Statement)
	if err != nil {
		return nil, err
	}
	out.Known, out.Fresh = len(known), len(out.Lines)-len(known)
	return out, nil
}

// known finds the lines that an earlier import had, and adds a problem for each whose reference stood for something else.
func (s *Service) known(ctx context.Context, bankAccount string, st *bankfile.Statement) (map[string]bool, error) {
	out := map[string]bool{}
	for chunk := range slices.Chunk(st.Lines, 500) {
		refs := make([]string, len(chunk))
		for i, l := range chunk {
			refs[i] = l.Reference
		}
		have, err := s.store.linesByReference(ctx, bankAccount, refs)
		if err != nil {
			return nil, err
		}
		for _, l := range chunk {
			old, ok := have[l.Reference]
			if !ok {
				continue
			}
			out[l.Reference] = true
			if old.AmountFen != l.Amount || old.Direction != l.Direction || old.OnDate != l.On {
				st.Problems = append(st.Problems, bankfile.Problem{Line: l.No, Field: st.Mapping.Reference, Code: "reference_known",
					Zh: fmt.Sprintf("流水号 %s 已导入过，但当时是 %s %s 元：请核对文件，或改选真正唯一的流水号列", l.Reference, old.OnDate, old.Signed().Grouped()),
					En: fmt.Sprintf("reference %s was imported before with %s and %s yuan: check the file, or choose the column that is really unique", l.Reference, old.OnDate, old.Signed().Grouped())})
			}
		}
	}
	return out, nil
}

// Import stores the lines of a statement that are not there yet. A file that was imported before, or overlaps one, adds
// nothing twice. The mapping must be confirmed: given by the person, or the saved one of the account. A line whose payment
// was recorded by hand is matched to it at once. Errors: those of LookAt, ErrStatement with a field for each problem,
// ErrUnconfirmed; nothing is stored then.
func (s *Service) Import(ctx context.Context, bankAccount, fileName string, content []byte, m *bankfile.Mapping) (*BankImport, error) {
	look, err := s.LookAt(ctx, bankAccount, content, m)
	if err != nil {
		return nil, err
	}
	if len(look.Problems) > 0 {
		var f errs.Fields
		for _, p := range look.Problems {
			field := p.Field
			if p.Line > 0 {
				field = fmt.Sprintf("%d:%s", p.Line, p.Field)
			}
			f.Add(field, p.Code, p.Zh, p.En)
		}
		return nil, f.Err(ErrStatement)
	}
	if m == nil && !look.Confirmed() {
		return nil, ErrUnconfirmed
	}
	name := form.Text(&errs.Fields{}, "file_name", fileName, 200, false)
	sum := sha256.Sum256(content)
	var imp *BankImport
	err = s.db.Run(ctx, func(ctx context.Context) error {
		who, now := actor.From(ctx), s.clock.Instant()
		imp = &BankImport{ID: ids.New(), BankAccount: look.BankAccount, FileName: name, FileSHA256: hex.EncodeToString(sum[:]), Format: look.Format, Encoding: look.Encoding,
			LineCount: int64(len(look.Lines)), InFen: look.In, OutFen: look.Out, FromDate: look.From, ToDate: look.To, ImportedBy: who.UserID, ImporterName: who.Name, ImportedAt: now}
		if look.HasOpening {
			imp.OpeningFen = &look.Opening
		}
		if look.HasClosing {
			imp.ClosingFen = &look.Closing
		}
		known, err := s.known(ctx, look.BankAccount, look.Statement) // again: another import may have been faster
		if err != nil {
			return err
		}
		rows := make([]BankLine, 0, len(look.Lines)-len(known))
		for _, l := range look.Lines {
			if known[l.Reference] {
				continue
			}
			row := BankLine{ID: ids.New(), ImportID: imp.ID, BankAccount: look.BankAccount, Reference: l.Reference, LineNo: l.No, OnDate: l.On, Direction: l.Direction, Reversal: l.Reversal,
				AmountFen: l.Amount, PayerName: l.Name, PayerAccount: l.Account, Purpose: l.Purpose, State: LineOpen}
			if l.HasBalance {
				balance := l.Balance
				row.BalanceFen = &balance
			}
			rows = append(rows, row)
		}
		if err := s.recorded(ctx, look.BankAccount, rows); err != nil {
			return err
		}
		imp.Fresh, imp.Known = int64(len(rows)), int64(len(look.Lines)-len(rows))
		if err := s.store.insertLines(ctx, rows); err != nil {
			if db.IsDuplicate(err) {
				return ErrLineState.Because(err)
			}
			return err
		}
		if m != nil && len(look.Columns) > 0 {
			b, err := json.Marshal(m)
			if err != nil {
				return err
			}
			if err := s.store.saveMapping(ctx, mappingRow{look.BankAccount, string(b), who.UserID, who.Name, now}); err != nil {
				return err
			}
		}
		if err := s.store.insertImport(ctx, imp); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "bank.import", ObjectType: "bank_import", ObjectID: imp.ID, On: now.Date(),
			Detail: map[string]any{"file": imp.FileName, "sha256": imp.FileSHA256, "account": tail(imp.BankAccount), "lines": imp.LineCount, "fresh": imp.Fresh, "in_fen": imp.InFen, "out_fen": imp.OutFen}})
	})
	if err != nil {
		return nil, err
	}
	return imp, nil
}

// recorded matches lines to payments that were entered by hand under the same reference, with the same amount.
func (s *Service) recorded(ctx context.Context, bankAccount string, rows []BankLine) error {
	for from := 0; from < len(rows); from += 500 {
		chunk := rows[from:min(from+500, len(rows))]
		refs := make([]string, len(chunk))
		for i := range chunk {
			refs[i] = chunk[i].Reference
		}
		have, err := s.store.paymentsByReference(ctx, bankAccount, refs)
		if err != nil {
			return err
		}
		for i := range chunk {
			if p, ok := have[chunk[i].Reference]; ok && chunk[i].Direction == bankfile.In && p.AmountFen == chunk[i].AmountFen {
				chunk[i].State, chunk[i].MatchKind, chunk[i].DocumentID, chunk[i].CustomerID = LineMatched, MatchRecorded, p.ID, p.CustomerID
			}
		}
	}
	return nil
}

// Imports gives the newest imports.
func (s *Service) Imports(ctx context.Context, limit int) ([]BankImport, error) {
	return s.store.imports(ctx, limit)
}

// BankAccount is an account of ours that statements were imported for, with its saved mapping.
type BankAccount struct {
	Number  string
	Mapping *bankfile.Mapping
	By      string
	At      caldate.Instant
}

// BankAccounts lists our accounts: the one on our papers, and all that statements were imported for.
func (s *Service) BankAccounts(ctx context.Context) ([]BankAccount, error) {
	rows, err := s.store.mappings(ctx)
	if err != nil {
		return nil, err
	}
	numbers, err := s.store.importedAccounts(ctx)
	if err != nil {
		return nil, err
	}
	if own := s.Provider.BankAccount; own != "" && !slices.Contains(numbers, own) {
		numbers = append([]string{own}, numbers...)
	}
	out := make([]BankAccount, len(numbers))
	for i, n := range numbers {
		out[i].Number = n
		for _, r := range rows {
			if r.BankAccount != n {
				continue
			}
			var m bankfile.Mapping
			if err := json.Unmarshal([]byte(r.Mapping), &m); err != nil {
				return nil, fmt.Errorf("mapping of account %s: %w", n, err)
			}
			out[i].Mapping, out[i].By, out[i].At = &m, r.ConfirmerName, r.ConfirmedAt
		}
	}
	return out, nil
}
