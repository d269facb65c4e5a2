package blob

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"sealgate/server/platform/ids"
)

// S3Settings reach a bucket of an S3 service.
type S3Settings struct {
	Endpoint  string // "https://s3.example.com" or "http://127.0.0.1:9000"; no path
	Region    string // "" for us-east-1
	Bucket    string // must exist
	Prefix    string // folder within the bucket, "" for none
	AccessKey string
	SecretKey string
	PathStyle string // "path" (endpoint/bucket), "virtual" (bucket.endpoint), "auto"
	CAFile    string // PEM of the authority that signed the service's certificate; "" for the system's
	Scratch   string // local folder for what libraries spill
	// Unversioned refuses a bucket that keeps old versions: keys that were destroyed would not be gone.
	Unversioned bool
}

// partSize is how much of a large object is held in memory and sent at once; smaller objects go in one request.
const partSize = 8 << 20

// bucket keeps objects in an S3 bucket.
type bucket struct {
	client  *minio.Client
	name    string
	prefix  string // "" or ends with /
	scratch string
	buffers sync.Pool
}

// OpenS3 keeps objects in a bucket. It proves at once that the bucket is there and can be written, read and deleted from,
// so that a wrong key or address stops the start and not a batch.
func OpenS3(ctx context.Context, o S3Settings) (*Store, error) {
	client, err := o.client()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Scratch, 0o700); err != nil {
		return nil, fmt.Errorf("scratch folder: %w", err)
	}
	b := &bucket{client: client, name: o.Bucket, scratch: o.Scratch}
	if p := strings.Trim(o.Prefix, "/"); p != "" {
		if err := checkKey(p); err != nil {
			return nil, fmt.Errorf("prefix: %w", err)
		}
		b.prefix = p + "/"
	}
	if _, err := clearFolder(o.Scratch, time.Now().Add(-time.Hour)); err != nil {
		return nil, fmt.Errorf("scratch folder: %w", err)
	}
	s := &Store{backend: b, scratch: o.Scratch}
	return s, b.prove(ctx, s, o)
}

func (o S3Settings) client() (*minio.Client, error) {
	u, err := url.Parse(o.Endpoint)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("endpoint %q: want https://host or http://host:port, without a path", o.Endpoint)
	}
	if o.Bucket == "" || o.AccessKey == "" || o.SecretKey == "" {
		return nil, errors.New("bucket, access_key and secret_key are needed")
	}
	style := map[string]minio.BucketLookupType{"": minio.BucketLookupAuto, "auto": minio.BucketLookupAuto, "path": minio.BucketLookupPath, "virtual": minio.BucketLookupDNS}
	lookup, ok := style[o.PathStyle]
	if !ok {
		return nil, fmt.Errorf("addressing %q: want auto, path or virtual", o.PathStyle)
	}
	transport, err := minio.DefaultTransport(u.Scheme == "https")
	if err != nil {
		return nil, err
	}
	transport.ResponseHeaderTimeout = 30 * time.Second
	if o.CAFile != "" {
		if err := trust(transport, o.CAFile); err != nil {
			return nil, err
		}
	}
	region := o.Region
	if region == "" {
		region = "us-east-1"
	}
	return minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""), Secure: u.Scheme == "https", Region: region, BucketLookup: lookup, Transport: transport,
		MaxRetries: 4,
	})
}

// trust adds an authority of our own to those of the system.
func trust(t *http.Transport, file string) error {
	pem, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("ca_file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return fmt.Errorf("ca_file %s holds no certificate in PEM form", file)
	}
	if t.TLSClientConfig == nil {
		t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	t.TLSClientConfig.RootCAs = pool
	return nil
}

// prove tries what the store will be asked for.
func (b *bucket) prove(ctx context.Context, s *Store, o S3Settings) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	there, err := b.client.BucketExists(ctx, b.name)
	if err != nil {
		return fmt.Errorf("S3 service %s, bucket %s: %w", o.Endpoint, b.name, explain(err))
	}
	if !there {
		return fmt.Errorf("S3 service %s has no bucket %s: create it, or correct the name", o.Endpoint, b.name)
	}
	if o.Unversioned {
		v, err := b.client.GetBucketVersioning(ctx, b.name)
		if err == nil && v.Enabled() {
			return fmt.Errorf("bucket %s keeps old versions: what is destroyed there would not be gone; use one without versioning", b.name)
		}
	}
	key, want := "probe/"+ids.New(), []byte("sealgate")
	if _, err := s.Put(ctx, key, bytes.NewReader(want)); err != nil {
		return fmt.Errorf("bucket %s can't be written: %w", b.name, err)
	}
	got, err := s.Read(ctx, key)
	if err != nil || !bytes.Equal(got, want) {
		return fmt.Errorf("bucket %s: what was written can't be read back: %w", b.name, err)
	}
	if err := s.Delete(ctx, key); err != nil {
		return fmt.Errorf("bucket %s can't be deleted from: %w", b.name, err)
	}
	return nil
}

// explain turns the service's usual refusals into what to do about them.
func explain(err error) error {
	switch minio.ToErrorResponse(err).Code {
	case "InvalidAccessKeyId":
		return fmt.Errorf("the access key is not known there: %w", err)
	case "SignatureDoesNotMatch":
		return fmt.Errorf("the secret key does not fit the access key: %w", err)
	case "AccessDenied":
		return fmt.Errorf("the access key may not use it: %w", err)
	}
	return err
}

func (b *bucket) buffer() *[]byte {
	if p, ok := b.buffers.Get().(*[]byte); ok {
		return p
	}
	p := make([]byte, partSize)
	return &p
}

// put sends an object that fits into one part with its length in one request; a larger one goes in parts, of which none can
// be read before the last has been acknowledged.
func (b *bucket) put(ctx context.Context, key string, r io.Reader) error {
	buf := b.buffer()
	defer b.buffers.Put(buf)
	n, err := io.ReadFull(r, *buf)
	opts := minio.PutObjectOptions{ContentType: "application/octet-stream", SendContentMd5: true, DisableContentSha256: b.client.EndpointURL().Scheme == "https"}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		_, err = b.client.PutObject(ctx, b.name, b.prefix+key, bytes.NewReader((*buf)[:n]), int64(n), opts)
		return err
	case err != nil:
		return err
	}
	opts.PartSize, opts.NumThreads = 2*partSize, 1
	name := b.prefix + key
	_, err = b.client.PutObject(ctx, b.name, name, io.MultiReader(bytes.NewReader(*buf), r), -1, opts)
	if err != nil { // what was begun is of no use: a later try begins anew
		_ = b.client.RemoveIncompleteUpload(context.WithoutCancel(ctx), b.name, name)
	}
	return err
}

func (b *bucket) get(ctx context.Context, key string) (io.ReadCloser, error) {
	core := minio.Core{Client: b.client}
	r, _, _, err := core.GetObject(ctx, b.name, b.prefix+key, minio.GetObjectOptions{})
	return r, absent(err)
}

func (b *bucket) getRange(ctx context.Context, key string, offset, n int64) ([]byte, error) {
	o := minio.GetObjectOptions{}
	if err := o.SetRange(offset, offset+n-1); err != nil {
		return nil, err
	}
	core := minio.Core{Client: b.client}
	r, _, _, err := core.GetObject(ctx, b.name, b.prefix+key, o)
	if err != nil {
		return nil, absent(err)
	}
	defer r.Close()
	out := make([]byte, n)
	_, err = io.ReadFull(r, out)
	return out, err
}

func absent(err error) error {
	if err != nil && minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return errAbsent
	}
	return err
}

func (b *bucket) delete(ctx context.Context, key string) error {
	err := b.client.RemoveObject(ctx, b.name, b.prefix+key, minio.RemoveObjectOptions{})
	if errors.Is(absent(err), errAbsent) {
		return nil
	}
	return err
}

func (b *bucket) each(ctx context.Context, prefix string, use func(Object) error) error {
	ctx, cancel := context.WithCancel(ctx) // else the listing would go on in the background after an early end
	defer cancel()
	for o := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: true}) {
		if o.Err != nil {
			return o.Err
		}
		key := strings.TrimPrefix(o.Key, b.prefix)
		if strings.HasSuffix(key, "/") { // folders that people made by hand in a console
			continue
		}
		if err := use(Object{Key: key, Size: o.Size, Changed: o.LastModified}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// sweep gives up uploads in parts that nobody goes on with, and clears the scratch folder.
func (b *bucket) sweep(ctx context.Context, before time.Time) (swept int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	core := minio.Core{Client: b.client}
	for u := range b.client.ListIncompleteUploads(ctx, b.name, b.prefix, true) {
		if u.Err != nil {
			return swept, u.Err
		}
		if u.Initiated.After(before) {
			continue
		}
		if err := core.AbortMultipartUpload(ctx, b.name, u.Key, u.UploadID); err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchUpload {
			return swept, err
		}
		swept++
	}
	n, err := clearFolder(b.scratch, before)
	return swept + n, err
}
