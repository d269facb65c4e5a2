package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"sealgate/server/platform/clock"
)

// Settings reach an SMTP server.
type Settings struct {
	Host     string
	Port     int
	From     string // address, or "Name <address>"
	Username string // none: no authentication
	Password string
	TLS      string // starttls (default), tls (from the first byte), none
	Timeout  time.Duration
}

// SMTP gives letters to an SMTP server.
type SMTP struct {
	s      Settings
	clock  clock.Clock
	domain string
	opts   []gomail.Option
}

// NewSMTP checks the settings; the server is not asked yet.
func NewSMTP(s Settings, c clock.Clock) (*SMTP, error) {
	probe := gomail.NewMsg()
	if err := probe.From(s.From); err != nil {
		return nil, fmt.Errorf("mail.from %q: %w", s.From, err)
	}
	from, err := probe.GetSender(false)
	if err != nil {
		return nil, fmt.Errorf("mail.from %q: %w", s.From, err)
	}
	_, domain, ok := strings.Cut(from, "@")
	if !ok || domain == "" {
		return nil, fmt.Errorf("mail.from %q: has no domain", s.From)
	}
	if s.Timeout <= 0 {
		s.Timeout = 20 * time.Second
	}
	opts := []gomail.Option{gomail.WithTimeout(s.Timeout), gomail.WithHELO(domain)}
	port := s.Port
	switch s.TLS {
	case "", "starttls":
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
		if port == 0 {
			port = 587
		}
	case "tls":
		opts = append(opts, gomail.WithSSL())
		if port == 0 {
			port = 465
		}
	case "none":
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
		if port == 0 {
			port = 25
		}
	default:
		return nil, fmt.Errorf("mail.tls %q: want starttls, tls or none", s.TLS)
	}
	opts = append(opts, gomail.WithPort(port))
	if s.Username != "" {
		kind := gomail.SMTPAuthAutoDiscover
		if s.TLS == "none" {
			kind = gomail.SMTPAuthPlainNoEnc
		}
		opts = append(opts, gomail.WithSMTPAuth(kind), gomail.WithUsername(s.Username), gomail.WithPassword(s.Password))
	}
	return &SMTP{s, c, domain, opts}, nil
}

// Domain is that of the sender's address.
func (m *SMTP) Domain() string { return m.domain }

// Send gives letters to the server over one connection. Where that can't be made, all of them are to be tried again.
func (m *SMTP) Send(ctx context.Context, letters []Letter) []Outcome {
	out := make([]Outcome, len(letters))
	all := func(err error) []Outcome {
		for i := range out {
			out[i].Err = err
		}
		return out
	}
	client, err := gomail.NewClient(m.s.Host, m.opts...)
	if err != nil {
		return all(fmt.Errorf("mail server %s: %w", m.s.Host, err))
	}
	ctx, cancel := context.WithTimeout(ctx, lease-10*time.Second) // a claim must not run out under a letter that is being sent
	defer cancel()
	if err := client.DialWithContext(ctx); err != nil {
		return all(fmt.Errorf("mail server %s: %w", m.s.Host, err))
	}
	defer client.Close() //nolint:errcheck // what was taken was taken
	for i, l := range letters {
		if ctx.Err() != nil {
			out[i].Err = ctx.Err()
			continue
		}
		msg, err := m.message(l)
		if err != nil {
			out[i].Err = ErrRefused.Because(err)
			continue
		}
		if err := client.Send(msg); err != nil {
			out[i].Err = fmt.Errorf("mail server %s: %w", m.s.Host, err)
			var refused *gomail.SendError
			if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
				out[i].Err = ErrRefused.Because(err)
			}
			continue
		}
		out[i].Response = strings.TrimSpace(msg.ServerResponse())
	}
	return out
}

func (m *SMTP) message(l Letter) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(m.s.From); err != nil {
		return nil, err
	}
	if err := msg.To(l.To...); err != nil {
		return nil, err
	}
	msg.Subject(l.Subject)
	msg.SetMessageIDWithValue(l.MessageID)
	msg.SetDateWithValue(m.clock.Real())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, l.Text)
	if l.File != nil {
		if err := msg.AttachReader(l.File.Name, bytes.NewReader(l.File.Data)); err != nil {
			return nil, err
		}
	}
	return msg, nil
}
