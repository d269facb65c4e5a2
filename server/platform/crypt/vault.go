package crypt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/failpoint"
)

// The vault holds the wrapped data keys, apart from the database and its backups: an object a key, which rotation replaces
// and a purge deletes. In the place of a destroyed key stays a mark of when and why, so that a database restored from an
// older backup is told so too.

// Kept is a wrapped data key in the vault.
type Kept struct {
	ID         string `json:"id"`
	Purpose    string `json:"purpose"`
	CustomerID string `json:"customer_id,omitempty"`
	Month      string `json:"month,omitempty"`
	MasterID   string `json:"master_id"`
	Wrapped    string `json:"wrapped"`
}

// Mark is what stays of a destroyed key.
type Mark struct {
	ID          string          `json:"id"`
	DestroyedAt caldate.Instant `json:"destroyed_at"`
	Rule        string          `json:"rule"`
}

// The rules by which keys are destroyed, with what people are told.
const (
	RuleMonth   = "month"   // the month's retention is over
	RuleEnded   = "ended"   // the customer's last contract ended, and the retention after it is over
	RuleExpired = "expired" // an export that was to be kept until a day
)

var ruleTexts = map[string][2]string{
	RuleMonth:   {"当月数据保存期限届满", "the retention of the month is over"},
	RuleEnded:   {"合作终止后保存期限届满", "the retention after the end of the relation is over"},
	RuleExpired: {"导出文件有效期届满", "the time for which the export was kept is over"},
}

// Rules lists the rules by which keys are destroyed.
func Rules() []string { return []string{RuleMonth, RuleEnded, RuleExpired} }

const (
	keySuffix  = ".key"
	markSuffix = ".gone"
)

func vaultKey(id string) string  { return strings.ToLower(id) + keySuffix }
func vaultMark(id string) string { return strings.ToLower(id) + markSuffix }

func (k *Keys) putJSON(ctx context.Context, name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = k.master.vault.Put(ctx, name, bytes.NewReader(append(b, '\n')))
	return err
}

func (k *Keys) getJSON(ctx context.Context, name string, v any) error {
	b, err := k.master.vault.Read(ctx, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return ErrDamaged.Because(fmt.Errorf("%s in the vault: %w", name, err))
	}
	return nil
}

// lay puts a wrapped key into the vault.
func (k *Keys) lay(ctx context.Context, r Row, masterID, wrapped string) error {
	return k.putJSON(ctx, vaultKey(r.ID), Kept{r.ID, r.Purpose, r.CustomerID, r.Month, masterID, wrapped})
}

// kept reads a wrapped key from the vault. One that was destroyed after the database's backup is told as gone.
func (k *Keys) kept(ctx context.Context, r Row) (*Kept, error) {
	if k.master.vault == nil {
		return nil, ErrWrongMaster.Because(fmt.Errorf("data key %s lies in a vault, and none is at hand", r.ID))
	}
	var kept Kept
	err := k.getJSON(ctx, vaultKey(r.ID), &kept)
	if !errors.Is(err, blob.ErrNotFound) {
		return &kept, err
	}
	var mark Mark
	if err := k.getJSON(ctx, vaultMark(r.ID), &mark); err == nil {
		r.DestroyedAt, r.DestroyedRule = mark.DestroyedAt, mark.Rule
		return nil, r.gone()
	}
	return nil, ErrWrongMaster.Because(fmt.Errorf("data key %s is not in the vault", r.ID))
}

// Destroy ends a data key for ever, inside the caller's transaction: false where it was destroyed already. The transaction
// only decides; Erase, after it, deletes the key itself.
func (k *Keys) Destroy(ctx context.Context, id, rule string) (bool, error) {
	return k.store.destroy(ctx, id, rule, k.clock.Instant())
}

// Erase deletes the wrapped keys that Destroy decided on, whoever did and whenever: a kill in between is made up for. It
// tells how many it found. Marks stay.
func (k *Keys) Erase(ctx context.Context) (erased int, err error) {
	if k.master.vault == nil {
		return 0, nil
	}
	gone, err := k.store.destroyed(ctx)
	if err != nil {
		return 0, err
	}
	there, err := k.inVault(ctx)
	if err != nil {
		return 0, err
	}
	for _, r := range gone {
		if !there[vaultKey(r.ID)] {
			continue
		}
		if err := k.putJSON(ctx, vaultMark(r.ID), Mark{r.ID, r.DestroyedAt, r.DestroyedRule}); err != nil {
			return erased, err
		}
		failpoint.Hit("crypt.erase.marked")
		if err := k.master.vault.Delete(ctx, vaultKey(r.ID)); err != nil {
			return erased, err
		}
		k.opened.Delete(r.ID)
		erased++
	}
	return erased, nil
}

// Unerased gives the keys whose end was decided and that still lie in the vault.
func (k *Keys) Unerased(ctx context.Context) (out []string, err error) {
	if k.master.vault == nil {
		return nil, nil
	}
	gone, err := k.store.destroyed(ctx)
	if err != nil {
		return nil, err
	}
	there, err := k.inVault(ctx)
	for _, r := range gone {
		if there[vaultKey(r.ID)] {
			out = append(out, r.ID)
		}
	}
	return out, err
}

func (k *Keys) inVault(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	err := k.master.vault.Each(ctx, "", func(o blob.Object) error { out[o.Key] = true; return nil })
	return out, err
}

// Settle brings database and vault in line at a start: wrapped keys that rows of an earlier version hold go into the vault,
// keys whose end was decided are erased, and a database restored from an older backup learns which keys are gone.
func (k *Keys) Settle(ctx context.Context) error {
	if k.master.vault == nil {
		return nil
	}
	rows, err := k.store.wrapped(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := k.lay(ctx, r, r.MasterID, r.Wrapped); err != nil {
			return err
		}
		failpoint.Hit("crypt.settle.laid")
		if err := k.db.Run(ctx, func(ctx context.Context) error { return k.store.unwrapRow(ctx, r.ID) }); err != nil {
			return err
		}
	}
	if _, err := k.Erase(ctx); err != nil {
		return err
	}
	return k.relearn(ctx)
}

// relearn notes the marks of the vault in rows that do not know of them.
func (k *Keys) relearn(ctx context.Context) error {
	there, err := k.inVault(ctx)
	if err != nil {
		return err
	}
	for name := range there {
		id, ok := strings.CutSuffix(name, markSuffix)
		if !ok || there[id+keySuffix] {
			continue
		}
		row, err := k.store.byID(ctx, id)
		if err != nil {
			return err
		}
		if row == nil || row.Destroyed() {
			continue
		}
		var mark Mark
		if err := k.getJSON(ctx, name, &mark); err != nil {
			return err
		}
		if err := k.db.Run(ctx, func(ctx context.Context) error {
			_, err := k.store.destroy(ctx, id, mark.Rule, mark.DestroyedAt)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// Rotation is what a rotation of the master key did.
type Rotation struct {
	From, To  string // ids of master keys
	Rewrapped int
}

// Rotate makes a new master key and wraps every data key anew; nothing that they sealed is touched. Killed at any place it
// is finished by Rewrap, which every day's purge calls too. Other servers find the new key by themselves.
func (k *Keys) Rotate(ctx context.Context) (Rotation, error) {
	r := Rotation{From: k.master.ID()}
	if k.master.path == "" || k.master.vault == nil {
		return r, errors.New("the master key is in no file; there is nothing to rotate")
	}
	if err := k.Settle(ctx); err != nil {
		return r, err
	}
	if err := k.master.replace(); err != nil {
		return r, err
	}
	r.To = k.master.ID()
	n, err := k.Rewrap(ctx)
	r.Rewrapped = n
	return r, err
}

// Rewrap wraps by the current master key what still is wrapped by an earlier one, and tells how much that was.
func (k *Keys) Rewrap(ctx context.Context) (int, error) {
	if err := k.master.reload(); err != nil {
		return 0, err
	}
	n := 0
	err := k.eachKept(ctx, func(kept *Kept) error {
		now := k.master.now()
		if kept.MasterID == now.id {
			return nil
		}
		old, err := k.master.by(kept.MasterID)
		if err != nil {
			return err
		}
		r := Row{ID: kept.ID, Purpose: kept.Purpose, CustomerID: kept.CustomerID, Month: kept.Month}
		secret, err := old.unwrap(kept.Wrapped, r.context())
		if err != nil {
			return ErrDamaged.Because(fmt.Errorf("data key %s: %w", kept.ID, err))
		}
		n++
		defer failpoint.Hit("crypt.rotate.rewrapped")
		return k.lay(ctx, r, now.id, now.wrap(secret, r.context()))
	})
	return n, err
}

func (k *Keys) eachKept(ctx context.Context, use func(*Kept) error) error {
	there, err := k.inVault(ctx)
	if err != nil {
		return err
	}
	for name := range there {
		if !strings.HasSuffix(name, keySuffix) {
			continue
		}
		var kept Kept
		err := k.getJSON(ctx, name, &kept)
		if errors.Is(err, blob.ErrNotFound) { // erased meanwhile
			continue
		}
		if err != nil {
			return err
		}
		if err := use(&kept); err != nil {
			return err
		}
	}
	return nil
}

// Retire destroys master keys of before that wrap nothing any more and were replaced a day ago, and gives their ids.
func (k *Keys) Retire(ctx context.Context) (retired []string, err error) {
	old, err := k.master.oldFiles()
	if err != nil || len(old) == 0 || k.master.vault == nil {
		return nil, err
	}
	if _, err := k.Rewrap(ctx); err != nil {
		return nil, err
	}
	used := map[string]bool{}
	if err := k.eachKept(ctx, func(kept *Kept) error { used[kept.MasterID] = true; return nil }); err != nil {
		return nil, err
	}
	rows, err := k.store.wrapped(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		used[r.MasterID] = true
	}
	for _, path := range old {
		w, err := readMaster(path)
		if err != nil {
			return retired, err
		}
		replaced, err := os.Stat(k.master.path)
		if err != nil {
			return retired, err
		}
		if used[w.id] && w.id != k.master.ID() || time.Since(replaced.ModTime()) < retireAfter {
			continue
		}
		if err := os.Remove(path); err != nil {
			return retired, err
		}
		retired = append(retired, w.id)
	}
	return retired, k.master.reload()
}

// Census is what the vault and the key files hold, for `sealgate keys list`.
type Census struct {
	Master    string
	Old       []string       // master keys of before that are still there
	ByMaster  map[string]int // how many data keys each wraps
	Live      int
	Destroyed int // marks of destroyed keys
	Strange   []string
}

// Census counts keys. Strange are keys in the vault that the database does not know, as after the restore of an older one.
func (k *Keys) Census(ctx context.Context) (Census, error) {
	c := Census{Master: k.master.ID(), ByMaster: map[string]int{}}
	if k.master.vault == nil {
		return c, nil
	}
	old, err := k.master.oldFiles()
	if err != nil {
		return c, err
	}
	for _, path := range old {
		w, err := readMaster(path)
		if err != nil {
			return c, err
		}
		if w.id != c.Master {
			c.Old = append(c.Old, w.id)
		}
	}
	there, err := k.inVault(ctx)
	if err != nil {
		return c, err
	}
	for name := range there {
		if strings.HasSuffix(name, markSuffix) {
			c.Destroyed++
		}
	}
	err = k.eachKept(ctx, func(kept *Kept) error {
		c.Live++
		c.ByMaster[kept.MasterID]++
		row, err := k.store.byID(ctx, kept.ID)
		if err == nil && row == nil {
			c.Strange = append(c.Strange, kept.ID)
		}
		return err
	})
	return c, err
}

// Backups gives the provider's key under which backups of the database are sealed. It lies in the vault: who finds a backup
// without the key folder has nothing.
func (k *Keys) Backups(ctx context.Context) (*Key, error) {
	return k.ensure(ctx, Row{Purpose: purposeBackup})
}

// FromVault opens a key without the database, which is to be restored with it.
func (k *Keys) FromVault(ctx context.Context, id string) (*Key, error) {
	if k.master.vault == nil {
		return nil, ErrWrongMaster
	}
	var kept Kept
	if err := k.getJSON(ctx, vaultKey(id), &kept); err != nil {
		return nil, ErrWrongMaster.Because(err)
	}
	return k.open(ctx, Row{ID: kept.ID, Purpose: kept.Purpose, CustomerID: kept.CustomerID, Month: kept.Month})
}
