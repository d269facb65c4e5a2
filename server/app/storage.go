package app

import (
	"context"
	"fmt"
	"path/filepath"

	"sealgate/server/platform/blob"
	"sealgate/server/platform/crypt"
	"sealgate/server/retention"
)

// StorageConfig says where objects lie.
type StorageConfig struct {
	Kind   string   `koanf:"kind"`
	Folder string   `koanf:"folder"`
	S3     S3Config `koanf:"s3"`
}

// S3Config reaches a bucket of an S3 service.
type S3Config struct {
	Endpoint   string `koanf:"endpoint"`
	Region     string `koanf:"region"`
	Bucket     string `koanf:"bucket"`
	Prefix     string `koanf:"prefix"`
	AccessKey  string `koanf:"access_key"`
	SecretKey  string `koanf:"secret_key"`
	Addressing string `koanf:"addressing"`
	CAFile     string `koanf:"ca_file"`
}

// RetentionConfig says how long messages are kept.
type RetentionConfig struct {
	Days         int `koanf:"days"`
	DaysAfterEnd int `koanf:"days_after_end"`
}

func (r RetentionConfig) rules() retention.Rules {
	return retention.Rules{Days: r.Days, DaysAfterEnd: r.DaysAfterEnd}
}

// checkKeeping refuses settings of storage, retention and backups that can't work.
func (c *Config) checkKeeping() error {
	for name, s := range map[string]StorageConfig{"storage": c.Storage, "key_store": c.KeyStore} {
		switch s.Kind {
		case "folder":
		case "s3":
			if s.S3.Endpoint == "" || s.S3.Bucket == "" || s.S3.AccessKey == "" || s.S3.SecretKey == "" {
				return fmt.Errorf("%s.kind s3 needs %s.s3.endpoint, bucket, access_key and secret_key", name, name)
			}
		default:
			return fmt.Errorf("%s.kind %q: want folder or s3", name, s.Kind)
		}
	}
	if c.KeyStore.Kind == "s3" && c.Storage.Kind == "s3" && c.KeyStore.S3.Endpoint == c.Storage.S3.Endpoint && c.KeyStore.S3.Bucket == c.Storage.S3.Bucket {
		return fmt.Errorf("key_store.s3.bucket is that of storage: keys must lie apart from what they open")
	}
	if c.Backup.Keep < 1 {
		return fmt.Errorf("backup.keep %d: want at least 1", c.Backup.Keep)
	}
	for name, days := range map[string]int{"days": c.Retention.Days, "days_after_end": c.Retention.DaysAfterEnd} {
		if days < retention.MinDays || days > 36500 {
			return fmt.Errorf("retention.%s %d: want at least %d (six months, which the law asks for)", name, days, retention.MinDays)
		}
	}
	return nil
}

// open makes a place of objects ready. Keys ask for a bucket that forgets what is deleted.
func (s StorageConfig) open(ctx context.Context, folder, scratch string, forKeys bool) (*blob.Store, error) {
	if s.Folder != "" {
		folder = s.Folder
	}
	if s.Kind != "s3" {
		return blob.Open(folder)
	}
	return blob.OpenS3(ctx, blob.S3Settings{
		Endpoint: s.S3.Endpoint, Region: s.S3.Region, Bucket: s.S3.Bucket, Prefix: s.S3.Prefix, AccessKey: s.S3.AccessKey, SecretKey: s.S3.SecretKey,
		PathStyle: s.S3.Addressing, CAFile: s.S3.CAFile, Scratch: scratch, Unversioned: forKeys,
	})
}

// wireStorage opens keys and objects, and brings database and keys in line.
func (a *App) wireStorage(ctx context.Context) (err error) {
	if a.Keys, err = openKeys(ctx, a.Config, a); err != nil {
		return err
	}
	if a.Blobs, err = a.Config.Storage.open(ctx, a.path("blobs"), a.path("scratch"), false); err != nil {
		return fmt.Errorf("storage: %w", err)
	}
	if err := a.Keys.Settle(ctx); err != nil {
		return fmt.Errorf("data keys: %w", err)
	}
	return a.Keys.Check(ctx)
}

func openKeys(ctx context.Context, c Config, a *App) (*crypt.Keys, error) {
	master, err := crypt.OpenMaster(filepath.Join(c.KeyDir, "master.key"))
	if err != nil {
		return nil, err
	}
	if c.KeyStore.Kind == "s3" || c.KeyStore.Folder != "" {
		vault, err := c.KeyStore.open(ctx, "", filepath.Join(c.KeyDir, "scratch"), true)
		if err != nil {
			return nil, fmt.Errorf("key_store: %w", err)
		}
		master.KeepIn(vault)
	}
	return crypt.New(a.DB, a.Clock, master), nil
}
