package recipient

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// SegmentTable is a version of the table of segments that was published. The newest counts; before the first, what is built in.
type SegmentTable struct {
	ID          string `gorm:"primaryKey"`
	Version     string
	Body        string // as ParseSegments reads it
	FileSHA256  string `gorm:"column:file_sha256"`
	Changes     int64  // prefixes that went to another carrier
	Note        string
	CreatedAt   caldate.Instant // business clock; it counts from then on
	CreatedBy   string
	CreatedName string
}

// TableName is recipient_segments.
func (SegmentTable) TableName() string { return "recipient_segments" }

// Directory is what is known at one moment about which carrier a number belongs to.
type Directory struct {
	*Segments
	Ported  bool   // some numbers were carried to another carrier: ask Ported
	Version string // of the table and of the last portability list, for the record
}

// parsedTable is the table that this process read last.
type parsedTable struct {
	mu    sync.Mutex
	id    string
	table *Segments
}

// Directory gives what counts now; a batch keeps to one while it is read.
func (s *Service) Directory(ctx context.Context) (*Directory, error) {
	segments, err := s.segments(ctx)
	if err != nil {
		return nil, err
	}
	last, err := s.store.lastPorting(ctx)
	if err != nil {
		return nil, err
	}
	d := &Directory{Segments: segments, Version: segments.Version}
	if last != "" {
		d.Ported, d.Version = true, segments.Version+"+"+last
	}
	return d, nil
}

func (s *Service) segments(ctx context.Context) (*Segments, error) {
	id, err := s.store.newestTable(ctx)
	if err != nil || id == "" {
		return theSegments(), err
	}
	s.table.mu.Lock()
	defer s.table.mu.Unlock()
	if s.table.id == id {
		return s.table.table, nil
	}
	row, err := s.store.tableByID(ctx, id)
	if err != nil {
		return nil, err
	}
	parsed, err := ParseSegments(row.Body)
	if err != nil {
		return nil, err
	}
	s.table.id, s.table.table = id, parsed
	return parsed, nil
}

// Ported gives the carriers of those hashed numbers that were carried away from their segment's (携号转网).
func (s *Service) Ported(ctx context.Context, hashes []string) (map[string]string, error) {
	return s.store.ported(ctx, hashes)
}

// SegmentsPreview is what a table would change.
type SegmentsPreview struct {
	Version string
	Lines   int
	Changes []SegmentChange
}

// PreviewSegments reads a table and tells what it changes against the one that counts now.
func (s *Service) PreviewSegments(ctx context.Context, body string) (*SegmentsPreview, error) {
	table, err := ParseSegments(body)
	if err != nil {
		return nil, err
	}
	now, err := s.segments(ctx)
	if err != nil {
		return nil, err
	}
	return &SegmentsPreview{Version: table.Version, Lines: len(table.lines), Changes: table.Difference(now)}, nil
}

// PublishSegments makes a table count from now on, for files that are read from now on. Its version must be new: an older table
// comes back under another name.
func (s *Service) PublishSegments(ctx context.Context, body, note string) (*SegmentTable, error) {
	if note = strings.TrimSpace(note); note == "" {
		return nil, ErrReason
	}
	p, err := s.PreviewSegments(ctx, body)
	if err != nil {
		return nil, err
	}
	if len([]rune(p.Version)) > 64 {
		return nil, ErrSegments.Say("版本名最多 64 个字", "the version's name has more than 64 characters")
	}
	who, sum := actor.From(ctx), sha256.Sum256([]byte(body))
	t := &SegmentTable{
		ID: ids.New(), Version: p.Version, Body: body, FileSHA256: hex.EncodeToString(sum[:]), Changes: int64(len(p.Changes)), Note: note,
		CreatedAt: s.clock.Instant(), CreatedBy: who.UserID, CreatedName: who.Name,
	}
	return t, s.db.Run(ctx, func(ctx context.Context) error {
		taken, err := s.store.versionTaken(ctx, t.Version)
		if err != nil {
			return err
		}
		if taken || t.Version == SegmentsVersion() {
			return ErrVersion
		}
		if err := s.store.insertTable(ctx, t); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "segments.publish", ObjectType: "segments", ObjectID: t.ID, Reason: note,
			Detail: map[string]any{"version": t.Version, "sha256": t.FileSHA256, "changes": t.Changes},
		})
	})
}

// SegmentTables lists the tables that were published, the newest first; what is built in is not among them.
func (s *Service) SegmentTables(ctx context.Context) ([]SegmentTable, error) {
	return s.store.tables(ctx)
}

// SegmentsNow gives the table that counts, as a file that ParseSegments reads.
func (s *Service) SegmentsNow(ctx context.Context) (version, body string, err error) {
	id, err := s.store.newestTable(ctx)
	if err != nil || id == "" {
		return SegmentsVersion(), segmentFile, err
	}
	t, err := s.store.tableByID(ctx, id)
	if err != nil {
		return "", "", err
	}
	return t.Version, t.Body, nil
}

// porting is a number that was carried to another carrier.
type porting struct {
	PhoneHash string `gorm:"primaryKey"`
	Carrier   string // "" where it has gone back to its segment's
	ImportID  string
	Since     caldate.Instant
}

// TableName is recipient_portings.
func (porting) TableName() string { return "recipient_portings" }

// carrierWords are how lists name the carriers.
var carrierWords = map[string]string{
	"cmcc": "cmcc", "移动": "cmcc", "中国移动": "cmcc", "cucc": "cucc", "联通": "cucc", "中国联通": "cucc", "ctcc": "ctcc", "电信": "ctcc", "中国电信": "ctcc",
	"cbn": "cbn", "广电": "cbn", "中国广电": "cbn", "home": "", "返回": "", "原网": "",
}

// portingRows reads the carrier behind each number.
type portingRows struct{ Numbers }

// Next gives a row whose Rest is a carrier's code, or a fault.
func (p portingRows) Next() (NumberRow, error) {
	r, err := p.Numbers.Next()
	if err != nil || r.Fault != OK {
		return r, err
	}
	code, ok := carrierWords[strings.ToLower(strings.TrimSpace(r.Rest))]
	if !ok {
		r.Fault = NoCarrier
	}
	r.Rest = code
	return r, nil
}

// PreviewPortings reads a portability list without keeping anything.
func (s *Service) PreviewPortings(ctx context.Context, list Numbers) (*Import, error) {
	return s.Preview(ctx, portingRows{list})
}

// ImportPortings takes over a portability list: each row a number and its carrier now (cmcc, 移动, …; home where it went back).
// It goes before the table of segments, for files that are read from then on.
func (s *Service) ImportPortings(ctx context.Context, list Numbers, f File, note string) (*Import, error) {
	if note = strings.TrimSpace(note); note == "" {
		return nil, ErrReason
	}
	h, err := s.keys.PhoneHasher(ctx)
	if err != nil {
		return nil, err
	}
	out := &Import{Purpose: "portings", Note: note}
	if err := s.beginImport(ctx, out, f); err != nil {
		return nil, err
	}
	err = s.eachPart(portingRows{list}, out, func(part []NumberRow) error {
		last := map[string]porting{} // a list may name a number twice: the later row counts
		for _, r := range part {
			hash := h.Hash(Format(r.Phone))
			last[hash] = porting{PhoneHash: hash, Carrier: r.Rest, ImportID: out.ID, Since: s.clock.Instant()}
		}
		rows := make([]porting, 0, len(last))
		for _, p := range last {
			rows = append(rows, p)
		}
		return s.db.Run(ctx, func(ctx context.Context) error { return s.store.putPortings(ctx, rows) })
	})
	if err != nil {
		return nil, err
	}
	return out, s.endImport(ctx, out, f, func(ctx context.Context) (int64, error) { return s.store.countPorted(ctx, out.ID) })
}

// BuiltIn is the directory that the program carries: good enough to look at a file, not to send by.
func BuiltIn() *Directory { return &Directory{Segments: theSegments(), Version: SegmentsVersion()} }
