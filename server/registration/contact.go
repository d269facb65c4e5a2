package registration

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"

	"sealgate/server/errs"
	"sealgate/server/form"
)

// LinkForm is how much of an address is registered.
type LinkForm string

// The forms of links. A domain stands for all below it; an address and a short link for exactly themselves, because the rest of
// that host belongs to others.
const (
	Domain    LinkForm = "domain"
	Address   LinkForm = "url"
	ShortLink LinkForm = "short"
)

var linkFormLabels = map[LinkForm]string{Domain: "域名", Address: "完整链接", ShortLink: "短链接"}

var hostForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)

// shorteners are hosts of short links, of which everybody can have one: as a domain they would let anything pass.
var shorteners = map[string]bool{
	"t.cn": true, "dwz.cn": true, "url.cn": true, "suo.im": true, "bit.ly": true, "tinyurl.com": true, "goo.gl": true, "t.co": true, "mrw.so": true, "c7.gg": true, "rrd.me": true,
	"u.nu": true, "is.gd": true, "ow.ly": true, "sourl.cn": true, "3.cn": true, "u.jd.com": true, "m.tb.cn": true, "dwz.mk": true, "sohu.gg": true, "hxxp.cc": true,
}

// parseLink cleans an address: scheme, user and a slash at the end are dropped, the host is lower case.
func parseLink(s string) (link string, ok bool) {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Port() != "" {
		return "", false
	}
	host := strings.ToLower(u.Hostname())
	if net.ParseIP(host) != nil || !hostForm.MatchString(host) || len(host) > 253 {
		return "", false
	}
	link = host + u.EscapedPath()
	if u.RawQuery != "" {
		link += "?" + u.RawQuery
	}
	return strings.TrimRight(link, "/"), true
}

// checkLink cleans a link of a form (引流信息) with its owner.
func checkLink(f *errs.Fields, text string, d *Detail) string {
	d.Owner = form.Text(f, "owner", d.Owner, 100, true)
	text = form.Text(f, "text", text, 500, true)
	if text == "" {
		return ""
	}
	link, ok := parseLink(text)
	host, path, _ := strings.Cut(link, "/")
	switch {
	case !ok:
		f.Add("text", "link", "链接写得不对：请填域名（example.com）或完整地址，不能是 IP、端口或带账号的地址", "no proper link: give a domain (example.com) or an address, without IP, port or user")
	case d.Form != Domain && d.Form != Address && d.Form != ShortLink:
		f.Add("form", "unknown", "请选择链接类型：域名、完整链接或短链接", "choose the form: domain, url or short")
	case d.Form == Domain && path != "":
		f.Add("text", "not_a_domain", fmt.Sprintf("域名后面不写路径；只报这一个地址请选“完整链接”，否则填 %s", host), fmt.Sprintf("a domain has no path; choose url for this address alone, or give %s", host))
	case d.Form == Domain && shorteners[host]:
		f.Add("form", "shortener", host+" 是公用的短链接域名，不能整个报备；请选“短链接”并填完整的短链接", host+" is a shortener that everybody uses; choose short and give the whole short link")
	case d.Form != Domain && path == "" && !strings.Contains(link, "?"):
		f.Add("text", "no_path", "地址只有域名，请选“域名”，或填完整的链接", "the address is a domain only; choose domain, or give the whole link")
	}
	d.Target = strings.TrimSpace(d.Target)
	if d.Form == ShortLink {
		if _, ok := parseLink(d.Target); !ok || d.Target == "" {
			f.Add("target", "missing", "短链接要填明跳转的目标地址", "say where the short link leads")
		}
	} else {
		d.Target = ""
	}
	return link
}

// checkPhone cleans a contact number with its owner.
func checkPhone(f *errs.Fields, text string, d *Detail) string {
	d.Owner = form.Text(f, "owner", d.Owner, 100, true)
	return form.Phone(f, "text", text, true)
}
