package batch

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"sealgate/server/actor"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
)

// Transfer is a file that comes in pieces: any piece may come again, to any server, after any kill. When all are there,
// Complete makes it the file of its batch. Until then the batch stays as it is.
type Transfer struct {
	ID         string `gorm:"primaryKey"`
	BatchID    string
	Name       string
	Size       int64
	SHA256     string `gorm:"column:sha256"` // of the whole file
	PieceSize  int64  // of all pieces but the last
	PieceCount int64
	CreatedAt  int64 // machine's clock, unix ms
	CreatedBy  string
	ExpiresAt  int64  // likewise; each piece moves it on
	LiveMark   string // "" while it goes on, else its own id: at most one a batch
}

// TableName is batch_transfers.
func (Transfer) TableName() string { return "batch_transfers" }

// piece is one that is durable.
type piece struct {
	TransferID string `gorm:"primaryKey"`
	Number     int64  `gorm:"primaryKey;autoIncrement:false"` // from 1
	SHA256     string `gorm:"column:sha256"`
	Size       int64
}

// TableName is batch_pieces.
func (piece) TableName() string { return "batch_pieces" }

const (
	// pieceSize is small enough to be sent again without pain and large enough that a file of 2 GiB has 512.
	pieceSize = 4 << 20
	// transferFor is how long an upload waits for its next piece.
	transferFor = 24 * time.Hour
)

// sizeOf is how many bytes the piece must have; 0 where there is no such piece.
func (t *Transfer) sizeOf(number int64) int64 {
	switch {
	case number < 1 || number > t.PieceCount:
		return 0
	case number < t.PieceCount:
		return t.PieceSize
	}
	return t.Size - (t.PieceCount-1)*t.PieceSize
}

func (t *Transfer) folder() string { return folderOf(t.BatchID) + "pieces-" + t.ID + "/" }

// pieceKey has the content's hash in it, so that of two senders who differ neither writes over the other.
func (t *Transfer) pieceKey(p piece) string {
	return fmt.Sprintf("%s%06d-%s", t.folder(), p.Number, p.SHA256[:16])
}

func (t *Transfer) context(number int64) string {
	return fmt.Sprintf("sealgate batch piece\x00%s\x00%s\x00%d", t.BatchID, t.ID, number)
}

// Standing is how far a transfer is.
type Standing struct {
	Transfer
	Received int64   // bytes
	Missing  []int64 // numbers of pieces, ascending
}

var hexSHA256 = regexp.MustCompile(`^[0-9a-f]{64}$`)

// BeginTransfer announces a file. The same file again goes on where it was left; another one takes its place.
func (s *Service) BeginTransfer(ctx context.Context, batchID, name string, size int64, sum string) (*Standing, error) {
	sum = strings.ToLower(sum)
	switch {
	case size <= 0 || !hexSHA256.MatchString(sum) || strings.TrimSpace(name) == "":
		return nil, ErrTransfer
	case size > s.Limits.MaxFile:
		return nil, s.tooLarge()
	}
	now := s.clock.Real()
	t := &Transfer{
		ID: ids.New(), BatchID: batchID, Name: cleanName(name), Size: size, SHA256: sum, PieceSize: pieceSize, PieceCount: (size + pieceSize - 1) / pieceSize,
		CreatedAt: now.UnixMilli(), CreatedBy: actor.From(ctx).UserID, ExpiresAt: now.Add(transferFor).UnixMilli(),
	}
	err := s.change(ctx, batchID, func(ctx context.Context, b *Batch) error {
		if err := mayUpload(b); err != nil {
			return err
		}
		old, err := s.store.transfer(ctx, batchID)
		if err != nil {
			return err
		}
		if old != nil && old.SHA256 == sum && old.Size == size {
			t = old
			return s.store.prolong(ctx, old.ID, now.Add(transferFor).UnixMilli())
		}
		if old != nil {
			if err := s.store.endTransfer(ctx, old.ID); err != nil {
				return err
			}
		}
		if err := s.store.insertTransfer(ctx, t); err != nil {
			return err
		}
		return s.record(ctx, b, "batch.transfer", "", "", "", map[string]any{"file": t.Name, "bytes": size, "sha256": sum})
	})
	if err != nil {
		return nil, err
	}
	return s.standing(ctx, t)
}

// Transfer gives the upload of a batch that is under way.
func (s *Service) Transfer(ctx context.Context, batchID string) (*Standing, error) {
	t, _, err := s.transferOf(ctx, batchID)
	if err != nil {
		return nil, err
	}
	return s.standing(ctx, t)
}

func (s *Service) transferOf(ctx context.Context, batchID string) (*Transfer, *Batch, error) {
	b, err := s.Get(ctx, batchID)
	if err != nil {
		return nil, nil, err
	}
	t, err := s.store.transfer(ctx, batchID)
	if err != nil {
		return nil, nil, err
	}
	if t == nil || t.ExpiresAt <= s.clock.Real().UnixMilli() {
		return nil, nil, ErrNoTransfer
	}
	return t, b, nil
}

func (s *Service) standing(ctx context.Context, t *Transfer) (*Standing, error) {
	pieces, err := s.store.pieces(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	out := &Standing{Transfer: *t, Missing: []int64{}}
	have := map[int64]bool{}
	for _, p := range pieces {
		have[p.Number] = true
		out.Received += p.Size
	}
	for n := int64(1); n <= t.PieceCount; n++ {
		if !have[n] {
			out.Missing = append(out.Missing, n)
		}
	}
	return out, nil
}

// PutPiece stores one piece; sum is its SHA-256. When it returns the piece is durable. One that is there already changes nothing.
func (s *Service) PutPiece(ctx context.Context, batchID string, number int64, sum string, body io.Reader) error {
	t, b, err := s.transferOf(ctx, batchID)
	if err != nil {
		return err
	}
	want := t.sizeOf(number)
	if want == 0 {
		return ErrPiece.Sayf("没有第 %[1]d 片，共 %[2]d 片", "there is no piece %[1]d; there are %[2]d", number, t.PieceCount)
	}
	content := make([]byte, want+1)
	n, err := io.ReadFull(body, content)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return ErrInterrupted.Because(err)
	}
	if int64(n) != want {
		return ErrPiece.Sayf("第 %[1]d 片应为 %[2]d 字节", "piece %[1]d must have %[2]d bytes", number, want)
	}
	content = content[:n]
	found := sha256Of(content)
	p := piece{TransferID: t.ID, Number: number, SHA256: hex.EncodeToString(found[:]), Size: want}
	if p.SHA256 != strings.ToLower(sum) {
		return ErrPiece.Sayf("第 %[1]d 片的 SHA-256 不符，传输中有损坏，请重传", "piece %[1]d does not have the SHA-256 announced; it was damaged on the way; send it again", number)
	}
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return err
	}
	if _, err := s.Blobs.Put(ctx, t.pieceKey(p), bytes.NewReader(key.Seal(content, t.context(number)))); err != nil {
		return err
	}
	failpoint.Hit("batch.piece.stored")
	err = s.db.Run(ctx, func(ctx context.Context) error {
		live, err := s.store.transfer(ctx, batchID)
		if err != nil {
			return err
		}
		if live == nil || live.ID != t.ID {
			return ErrNoTransfer
		}
		if err := s.store.putPiece(ctx, p); err != nil {
			return err
		}
		return s.store.prolong(ctx, t.ID, s.clock.Real().Add(transferFor).UnixMilli())
	})
	if errors.Is(err, ErrNoTransfer) { // it was given up meanwhile, and may have been cleared away already
		return errors.Join(err, s.Blobs.Delete(context.WithoutCancel(ctx), t.pieceKey(p)))
	}
	return err
}

// Complete makes a transfer of which all pieces are there the file of its batch, with the columns as the submitter chose them (nil:
// as guessed). The whole must have the hash that was announced. It may be called again after a kill.
func (s *Service) Complete(ctx context.Context, batchID string, choice *Mapping) (*Batch, error) {
	t, b, err := s.transferOf(ctx, batchID)
	if err != nil {
		return nil, err
	}
	body, err := s.openTransfer(ctx, t, b, true)
	if err != nil {
		return nil, err
	}
	if choice != nil {
		chosen := *choice
		chosen.Chosen = true
		choice = &chosen
	}
	received, err := s.receive(ctx, batchID, incoming{name: t.Name, size: t.Size, sha256: t.SHA256, choice: choice, body: body})
	if err != nil && !errors.Is(err, ErrHash) {
		return nil, err
	}
	failpoint.Hit("batch.transfer.received")
	ending := s.db.Run(context.WithoutCancel(ctx), func(ctx context.Context) error { return s.store.endTransfer(ctx, t.ID) })
	return received, errors.Join(err, ending)
}

// DropTransfer gives an upload up; its pieces are cleared away.
func (s *Service) DropTransfer(ctx context.Context, batchID string) error {
	t, _, err := s.transferOf(ctx, batchID)
	if err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.endTransfer(ctx, t.ID) })
}

// openTransfer reads the pieces one after the other: all of them, or as far as they are there without a gap.
func (s *Service) openTransfer(ctx context.Context, t *Transfer, b *Batch, all bool) (*pieceReader, error) {
	pieces, err := s.store.pieces(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	whole := 0
	for whole < len(pieces) && pieces[whole].Number == int64(whole+1) {
		whole++
	}
	if all && int64(whole) < t.PieceCount {
		return nil, ErrPieces.Sayf("还有 %[1]d 个分片没有上传", "%[1]d pieces are missing", t.PieceCount-int64(len(pieces)))
	}
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return nil, err
	}
	return &pieceReader{ctx: ctx, service: s, transfer: t, key: key, pieces: pieces[:whole]}, nil
}

// pieceReader is the file that the pieces make, one piece in memory.
type pieceReader struct {
	ctx      context.Context
	service  *Service
	transfer *Transfer
	key      *crypt.Key
	pieces   []piece
	content  []byte
}

func (r *pieceReader) Read(p []byte) (int, error) {
	for len(r.content) == 0 {
		if len(r.pieces) == 0 {
			return 0, io.EOF
		}
		next := r.pieces[0]
		sealed, err := r.service.Blobs.Read(r.ctx, r.transfer.pieceKey(next))
		if err != nil {
			return 0, err
		}
		if r.content, err = r.key.Open(sealed, r.transfer.context(next.Number)); err != nil {
			return 0, err
		}
		r.pieces = r.pieces[1:]
	}
	n := copy(p, r.content)
	r.content = r.content[n:]
	return n, nil
}

// collectNext clears away the pieces of one transfer that is over: completed, replaced, given up, expired, or left behind by a
// batch that takes no file any more.
func (s *Service) collectNext(ctx context.Context) (bool, error) {
	t, err := s.store.garbage(ctx, s.clock.Real().UnixMilli())
	if err != nil || t == nil {
		return false, err
	}
	// First no more pieces may come, then those that came are removed, last what tells of them.
	if err := s.db.Run(ctx, func(ctx context.Context) error { return s.store.endTransfer(ctx, t.ID) }); err != nil {
		return false, err
	}
	objects, err := s.Blobs.List(ctx, t.folder())
	if err != nil {
		return false, err
	}
	for _, o := range objects {
		if err := s.Blobs.Delete(ctx, o.Key); err != nil {
			return false, err
		}
	}
	failpoint.Hit("batch.transfer.cleared")
	return true, s.db.Run(ctx, func(ctx context.Context) error { return s.store.forgetTransfer(ctx, t.ID) })
}
