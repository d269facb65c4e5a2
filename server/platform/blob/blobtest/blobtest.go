// Package blobtest starts a real S3 server for tests.
package blobtest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"sealgate/server/platform/blob"
	"sealgate/server/testkit"
)

// ServerEnv names the server's program where it is not bin/versitygw (scripts/s3server.sh builds that).
const ServerEnv = "SEALGATE_TEST_S3SERVER"

const accessKey, secretKey = "tester", "tester-secret"

// Options change how a server is started.
type Options struct {
	TLS      bool // with a certificate of its own authority, whose file the settings name
	NoBucket bool
}

// S3 starts a server on a folder of the test's and gives how to reach an empty bucket of it. Without the program the test is
// skipped, and says so.
func S3(t testing.TB, o Options) blob.S3Settings {
	t.Helper()
	dir, addr := t.TempDir(), fmt.Sprintf("127.0.0.1:%d", testkit.FreePort(t))
	root, meta := filepath.Join(dir, "root"), filepath.Join(dir, "meta")
	for _, d := range []string{root, meta} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s := blob.S3Settings{
		Endpoint: "http://" + addr, Region: "us-east-1", Bucket: "sealgate", AccessKey: accessKey, SecretKey: secretKey, PathStyle: "path",
		Scratch: filepath.Join(dir, "scratch"),
	}
	args := []string{"--quiet", "--port", addr, "--access", accessKey, "--secret", secretKey}
	if o.TLS {
		cert, key := certificate(t, dir)
		args = append(args, "--cert", cert, "--key", key)
		s.Endpoint, s.CAFile = "https://"+addr, cert
	}
	serve(t, append(args, "posix", "--sidecar", meta, root), addr)
	if !o.NoBucket {
		if err := Client(t, s).MakeBucket(context.Background(), s.Bucket, minio.MakeBucketOptions{}); err != nil {
			t.Fatalf("make the bucket: %v", err)
		}
	}
	return s
}

// Client speaks to the server of S3 without Sealgate between.
func Client(t testing.TB, s blob.S3Settings) *minio.Client {
	t.Helper()
	o := &minio.Options{Creds: credentials.NewStaticV4(s.AccessKey, s.SecretKey, ""), Region: s.Region, BucketLookup: minio.BucketLookupPath}
	if s.CAFile != "" {
		pool := x509.NewCertPool()
		b, err := os.ReadFile(s.CAFile)
		if err != nil || !pool.AppendCertsFromPEM(b) {
			t.Fatalf("certificate: %v", err)
		}
		tr, err := minio.DefaultTransport(true)
		if err != nil {
			t.Fatal(err)
		}
		tr.TLSClientConfig.RootCAs, o.Transport, o.Secure = pool, tr, true
	}
	c, err := minio.New(s.Endpoint[len(map[bool]string{true: "https://", false: "http://"}[o.Secure]):], o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func program(t testing.TB) string {
	t.Helper()
	if p := os.Getenv(ServerEnv); p != "" {
		return p
	}
	_, here, _, _ := runtime.Caller(0)
	p := filepath.Join(filepath.Dir(here), "../../../../bin/versitygw")
	if _, err := os.Stat(p); err != nil {
		t.Skip("no S3 server to test against: scripts/s3server.sh builds one")
	}
	return p
}

// serve runs the server until the test ends and waits until it listens.
func serve(t testing.TB, args []string, addr string) {
	t.Helper()
	c := exec.Command(program(t), args...)
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	for deadline := time.Now().Add(2 * time.Minute); ; {
		conn, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the S3 server does not listen on %s: %v", addr, err)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// certificate makes a certificate for 127.0.0.1 that signs itself.
func certificate(t testing.TB, dir string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
