package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

const noncePlace = "__CSP_NONCE__"

// portalPolicy is what the portal's page may load. The nonce is for style elements that antd and CodeMirror make.
func portalPolicy(nonce string) string {
	return "default-src 'none'; script-src 'self'; style-src-elem 'self' 'nonce-" + nonce + "'; style-src-attr 'unsafe-inline'; connect-src 'self'; " +
		"img-src 'self' data: blob:; font-src 'self'; worker-src 'self'; frame-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
}

// asset is a built file with its compressed forms; bodies stay in the embedded files. One that has a gzip form has no plain one, which
// would make the program larger by all of them: the few that take neither get it unpacked.
type asset struct {
	name        string
	contentType string
	etag        string
	immutable   bool
	br, gz      bool
}

// portal serves the built portal: index.html with a fresh nonce for every path of the app, hashed assets for ever, and 404
// for a file that is not there, never index.html in its place. Without a build it says how to make one.
func (a *API) portal(dist fs.FS) (gin.HandlerFunc, error) {
	if dist == nil {
		return noPortal, nil
	}
	if _, err := fs.Stat(dist, "dist"); err == nil { // frontend.Dist holds the folder itself
		if dist, err = fs.Sub(dist, "dist"); err != nil {
			return nil, err
		}
	}
	index, err := fs.ReadFile(dist, "index.html")
	if errors.Is(err, fs.ErrNotExist) {
		return noPortal, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the portal's page: %w", err)
	}
	assets, err := readAssets(dist)
	if err != nil {
		return nil, err
	}
	return func(c *gin.Context) {
		if c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
			a.writeError(c, errNoMethod)
			return
		}
		p := strings.TrimPrefix(path.Clean(c.Request.URL.Path), "/")
		if f, ok := assets[p]; ok {
			f.serve(c, dist)
			return
		}
		if strings.HasPrefix(p, "assets/") || looksLikeFile(p) {
			c.Header("Cache-Control", "no-store")
			c.String(http.StatusNotFound, "no such file\n")
			return
		}
		n := nonce()
		h := c.Writer.Header()
		h.Set("Content-Security-Policy", portalPolicy(n))
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store")
		c.Data(http.StatusOK, "text/html; charset=utf-8", bytes.ReplaceAll(index, []byte(noncePlace), []byte(html.EscapeString(n))))
	}, nil
}

// looksLikeFile tells a missing file from a path of the app, whose last part is a word or an id.
func looksLikeFile(p string) bool {
	switch path.Ext(p) {
	case ".js", ".mjs", ".css", ".map", ".json", ".txt", ".svg", ".png", ".jpg", ".ico", ".gif", ".webp", ".woff", ".woff2", ".ttf", ".wasm", ".xml", ".php", ".html", ".br", ".gz":
		return true
	}
	return false
}

func readAssets(dist fs.FS) (map[string]asset, error) {
	out := map[string]asset{}
	has := map[string]bool{}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		has[name] = true
		if name == "index.html" || strings.HasPrefix(path.Base(name), ".") || strings.HasSuffix(name, ".br") {
			return nil
		}
		body, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		name = strings.TrimSuffix(name, ".gz")
		ct := mime.TypeByExtension(path.Ext(name))
		switch path.Ext(name) { // the machine's own table may say otherwise
		case ".js", ".mjs":
			ct = "text/javascript; charset=utf-8"
		case ".css":
			ct = "text/css; charset=utf-8"
		case ".svg":
			ct = "image/svg+xml"
		case ".woff2":
			ct = "font/woff2"
		case ".json", ".map":
			ct = "application/json"
		}
		if ct == "" {
			ct = "application/octet-stream"
		}
		out[name] = asset{name: name, contentType: ct, etag: hex.EncodeToString(sum[:12]), immutable: strings.HasPrefix(name, "assets/")}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("the portal's files: %w", err)
	}
	for name, f := range out {
		f.br, f.gz = has[name+".br"], has[name+".gz"]
		out[name] = f
	}
	return out, nil
}

func (f asset) serve(c *gin.Context, dist fs.FS) {
	h := c.Writer.Header()
	name, etag := f.name, f.etag
	if f.br || f.gz {
		h.Add("Vary", "Accept-Encoding")
	}
	switch accepted := c.GetHeader("Accept-Encoding"); {
	case f.br && accepts(accepted, "br"):
		name, etag = name+".br", etag+"-br"
		h.Set("Content-Encoding", "br")
	case f.gz && accepts(accepted, "gzip"):
		name, etag = name+".gz", etag+"-gz"
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", f.contentType)
	h.Set("ETag", `"`+etag+`"`)
	if f.immutable {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	if m := c.GetHeader("If-None-Match"); m != "" && strings.Contains(m, `"`+etag+`"`) {
		h.Del("Content-Encoding")
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return
	}
	body, err := readAsset(dist, name, f.gz && name == f.name)
	if err != nil {
		h.Del("Content-Encoding")
		c.String(http.StatusNotFound, "no such file\n")
		return
	}
	c.Data(http.StatusOK, f.contentType, body)
}

// readAsset gives an embedded file, or what its gzip form unpacks to.
func readAsset(dist fs.FS, name string, unpack bool) ([]byte, error) {
	if !unpack {
		return fs.ReadFile(dist, name)
	}
	f, err := dist.Open(name + ".gz")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// accepts tells whether an encoding is named and not switched off with q=0.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			q := strings.ReplaceAll(params, " ", "")
			return q != "q=0" && !strings.HasPrefix(q, "q=0.000") && q != "q=0.0" && q != "q=0.00"
		}
	}
	return false
}

func noPortal(c *gin.Context) {
	if c.Request.URL.Path != "/" {
		c.String(http.StatusNotFound, "no such page\n")
		return
	}
	n := nonce()
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+n+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	c.Header("Cache-Control", "no-store")
	c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(`<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>信闸 Sealgate</title>
<style nonce="`+n+`">body{font:14px/22px system-ui,sans-serif;max-width:40em;margin:4em auto;padding:0 1em;color:#1b1f24;background:#f6f6f4}code{background:#fff;border:1px solid #e7e7e4;padding:1px 5px}</style>
<h1>信闸 Sealgate</h1>
<p>本程序未包含门户页面。请在源码目录执行 <code>make run</code>，或执行 <code>cd frontend &amp;&amp; npm ci &amp;&amp; npm run build</code> 后重新编译。接口照常可用：<a href="/api/docs">/api/docs</a></p>
<p lang="en">This program was built without the portal. Run <code>make run</code> in the source folder, or <code>cd frontend &amp;&amp; npm ci &amp;&amp; npm run build</code> and build again. The API works all the same: <a href="/api/docs">/api/docs</a></p>
</html>
`))
}
