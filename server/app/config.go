package app

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"sealgate/server/money"
	"sealgate/server/retention"
	"sealgate/server/taxinvoice"
)

// Config is everything that can be set; configs/sealgate.yaml explains every key. Later sources win: defaults, file,
// environment (SEALGATE_ + key, with __ between levels: SEALGATE_ENGINE__KIND).
type Config struct {
	Listen         string   `koanf:"listen"`
	DataDir        string   `koanf:"data_dir"`
	Database       string   `koanf:"database"`
	KeyDir         string   `koanf:"key_dir"`
	CheckpointDir  string   `koanf:"checkpoint_dir"`
	RulesDir       string   `koanf:"rules_dir"`
	Sandbox        bool     `koanf:"sandbox"`
	SecureCookies  string   `koanf:"secure_cookies"`
	TrustedProxies []string `koanf:"trusted_proxies"`
	Workers        int      `koanf:"workers"`
	Log            LogConfig
	Engine         EngineConfig
	Channels       []ChannelConfig `koanf:"channels"`
	Storage        StorageConfig
	KeyStore       StorageConfig `koanf:"key_store"`
	Retention      RetentionConfig
	Backup         BackupConfig
	Mail           MailConfig
	Messages       MessagesConfig
	Webhooks       WebhookConfig
	Provider       ProviderConfig
	Bills          BillsConfig
	TaxInvoice     TaxInvoiceConfig `koanf:"tax_invoice"`
}

// LogConfig says how much is logged and in which form.
type LogConfig struct {
	Level  string `koanf:"level"`
	Format string `koanf:"format"`
}

// EngineConfig chooses a send engine.
type EngineConfig struct {
	Kind   string       `koanf:"kind"`
	Kannel KannelConfig `koanf:"kannel"`
}

// KannelConfig reaches a Kannel smsbox over HTTP.
type KannelConfig struct {
	URL         string `koanf:"url"`
	Username    string `koanf:"username"`
	Password    string `koanf:"password"`
	ReceiptURL  string `koanf:"receipt_url"`
	ReceiptKey  string `koanf:"receipt_key"`
	MaxInFlight int    `koanf:"max_in_flight"`
}

// BackupConfig says where the backup of every day goes; none is made where Folder is empty.
type BackupConfig struct {
	Folder string `koanf:"folder"`
	Keep   int    `koanf:"keep"` // backups, the newest
}

// BillsConfig sets rules of the house about bills.
type BillsConfig struct {
	NoteLimit string `koanf:"note_limit"`
}

// TaxInvoiceConfig says how tax invoices are asked for.
type TaxInvoiceConfig struct {
	Platform string `koanf:"platform"`
	Folder   string `koanf:"folder"`
	URL      string `koanf:"url"`
	Key      string `koanf:"key"`
	Secret   string `koanf:"secret"`
	Manual   bool   `koanf:"manual"`
	Codes    TaxCodesConfig
}

// TaxCodesConfig are the 19 digits of the tax categories; empty ones keep their default.
type TaxCodesConfig struct {
	Basic    string `koanf:"basic"`
	Added    string `koanf:"added"`
	Software string `koanf:"software"`
	Goods    string `koanf:"goods"`
}

func (t TaxInvoiceConfig) codes() taxinvoice.Codes {
	c := taxinvoice.DefaultCodes()
	for to, from := range map[*string]string{&c.Basic.Code: t.Codes.Basic, &c.Added.Code: t.Codes.Added, &c.Software.Code: t.Codes.Software, &c.Goods.Code: t.Codes.Goods} {
		if from != "" {
			*to = from
		}
	}
	return c
}

var taxCode = regexp.MustCompile(`^[0-9]{19}$`)

// limit is up to which amount one person issues a note; with 0 each needs a second one.
func (b BillsConfig) limit() (money.Fen, error) {
	limit, err := money.ParseYuan(b.NoteLimit)
	if err != nil || limit < 0 {
		return 0, fmt.Errorf("bills.note_limit: %q is no amount in yuan, such as 1000.00", b.NoteLimit)
	}
	if limit == 0 {
		return -1, nil
	}
	return limit, nil
}

// checkMoney refuses settings about money that can't work.
func (c *Config) checkMoney() error {
	if _, err := c.Bills.limit(); err != nil {
		return err
	}
	if p := c.TaxInvoice.Platform; p != "folder" && p != "http" {
		return fmt.Errorf("tax_invoice.platform: %q is neither folder nor http", p)
	}
	for key, code := range map[string]string{"basic": c.TaxInvoice.Codes.Basic, "added": c.TaxInvoice.Codes.Added, "software": c.TaxInvoice.Codes.Software, "goods": c.TaxInvoice.Codes.Goods} {
		if code != "" && !taxCode.MatchString(code) {
			return fmt.Errorf("tax_invoice.codes.%s: %q is no tax category: 19 digits", key, code)
		}
	}
	return nil
}

// MailConfig reaches the SMTP server for notices to customers; no host: they stay in the portal's inbox.
type MailConfig struct {
	Host     string `koanf:"host"`
	Port     int    `koanf:"port"`
	From     string `koanf:"from"`
	Username string `koanf:"username"`
	Password string `koanf:"password"`
	TLS      string `koanf:"tls"`
}

// ProviderConfig is the company that runs this system, as documents name it.
type ProviderConfig struct {
	Name        string `koanf:"name"`
	USCC        string `koanf:"uscc"`
	Address     string `koanf:"address"`
	Phone       string `koanf:"phone"`
	BankName    string `koanf:"bank_name"`
	BankAccount string `koanf:"bank_account"`
	SealImage   string `koanf:"seal_image"`
}

// DefaultConfig is a working single-machine set-up.
func DefaultConfig() Config {
	return Config{
		Listen: "127.0.0.1:8080", DataDir: "data", SecureCookies: "auto", Workers: 2,
		Storage: StorageConfig{Kind: "folder", S3: S3Config{Addressing: "auto"}}, KeyStore: StorageConfig{Kind: "folder", S3: S3Config{Addressing: "auto"}},
		Retention: RetentionConfig{Days: retention.MinDays, DaysAfterEnd: retention.MinDays},
		Backup:    BackupConfig{Keep: 14},
		Log:       LogConfig{Level: "info", Format: "text"},
		Engine:    EngineConfig{Kind: "loopback", Kannel: KannelConfig{MaxInFlight: 64}},
		Mail:      MailConfig{TLS: "starttls"},
		Bills:     BillsConfig{NoteLimit: "1000.00"}, TaxInvoice: TaxInvoiceConfig{Platform: "folder"},
		Provider: ProviderConfig{
			Name: "信闸演示通信有限公司", USCC: "91510100MA6CXAMP1G", Address: "成都市高新区示范路1号",
			Phone: "028-85550000", BankName: "示范银行成都高新支行", BankAccount: "6222000000000000001",
		},
	}
}

// LoadConfig reads the file (none where path is empty) and the environment over the defaults. An unknown key is an
// error that names it: a misspelt key that is silently ignored costs a night.
func LoadConfig(path string) (Config, error) {
	c := DefaultConfig()
	k := koanf.New(".")
	if path != "" {
		if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
			return c, fmt.Errorf("configuration file %s: %w", path, err)
		}
	}
	known := knownKeys(reflect.TypeOf(c), "")
	for _, key := range k.Keys() {
		if !known[key] {
			return c, fmt.Errorf("configuration file %s: unknown key %q (configs/sealgate.yaml lists all keys)", path, key)
		}
	}
	if err := checkChannelKeys(k.Get("channels")); err != nil {
		return c, fmt.Errorf("configuration file %s: %w", path, err)
	}
	var unknown []string
	err := k.Load(env.Provider(".", env.Opt{Prefix: "SEALGATE_", TransformFunc: func(key, value string) (string, any) {
		name := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(key, "SEALGATE_")), "__", ".")
		if strings.HasPrefix(name, "test_") || strings.HasPrefix(name, "bench_") || strings.HasPrefix(name, "failpoint") || name == "config" { // for tests and for the command line
			return "", nil
		}
		if !known[name] {
			unknown = append(unknown, key)
			return "", nil
		}
		if name == "trusted_proxies" {
			return name, strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
		}
		return name, value
	}}), nil)
	if err != nil {
		return c, fmt.Errorf("environment: %w", err)
	}
	if len(unknown) > 0 {
		return c, fmt.Errorf("environment: unknown %s (configs/sealgate.yaml lists all keys; levels are joined by __)", strings.Join(unknown, ", "))
	}
	if err := k.Unmarshal("", &c); err != nil {
		return c, fmt.Errorf("configuration: %w", err)
	}
	return c, c.complete()
}

func knownKeys(t reflect.Type, prefix string) map[string]bool {
	out := map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("koanf")
		if name == ",squash" {
			maps.Copy(out, knownKeys(f.Type, prefix))
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		if f.Type.Kind() == reflect.Struct {
			for k := range knownKeys(f.Type, prefix+name+".") {
				out[k] = true
			}
			continue
		}
		out[prefix+name] = true
	}
	return out
}

// complete fills what follows from other keys and refuses what can't work.
func (c *Config) complete() error {
	abs, err := filepath.Abs(c.DataDir)
	if err != nil {
		return err
	}
	c.DataDir = abs
	if c.Database == "" {
		c.Database = "sqlite:" + filepath.Join(c.DataDir, "sealgate.db")
	}
	if c.KeyDir == "" {
		c.KeyDir = filepath.Join(c.DataDir, "keys")
	}
	if c.CheckpointDir == "" {
		c.CheckpointDir = filepath.Join(c.DataDir, "checkpoints")
	}
	switch c.SecureCookies {
	case "auto", "always", "never":
	default:
		return fmt.Errorf("secure_cookies %q: want auto, always or never", c.SecureCookies)
	}
	if k := c.Engine.Kannel; c.Engine.Kind == "kannel" && (k.URL == "" || k.ReceiptURL == "" || k.ReceiptKey == "") {
		return fmt.Errorf("engine.kind kannel needs engine.kannel.url, receipt_url and receipt_key")
	}
	if k := c.Engine.Kind; k != "loopback" && k != "kannel" {
		return fmt.Errorf("engine.kind %q: want loopback or kannel; the other engines are configured as channels", k)
	}
	if c.Mail.Host != "" && c.Mail.From == "" {
		return fmt.Errorf("mail.host needs mail.from")
	}
	if err := c.checkMoney(); err != nil {
		return err
	}
	if err := c.checkKeeping(); err != nil {
		return err
	}
	if c.Workers < 1 || c.Workers > 64 {
		return fmt.Errorf("workers %d: want 1 to 64", c.Workers)
	}
	if s := c.Provider.SealImage; s != "" {
		if _, err := os.Stat(s); err != nil {
			return fmt.Errorf("provider.seal_image: %w", err)
		}
	}
	return nil
}
