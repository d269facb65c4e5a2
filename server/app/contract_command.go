package app

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"sealgate/server/actor"
	"sealgate/server/esign"
)

const contractUsage = "contract verify-signature FILE.json [--document PAPER.pdf] [--root ROOT.pem] | contract signing-root"

// contractCommand checks an electronic signature with nothing else at hand, or prints the certificates to trust.
func contractCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	switch {
	case len(args) > 0 && args[0] == "verify-signature":
		return verifySignatureCommand(args[1:], stdout, stderr)
	case len(args) == 1 && args[0] == "signing-root":
		return signingRootCommand(ctx, stdout, stderr)
	}
	return fmt.Errorf("%w: %s", errUsage, contractUsage)
}

// verifySignatureCommand needs no database and no configuration.
func verifySignatureCommand(args []string, stdout, stderr io.Writer) error {
	var document, root string
	fs := flag.NewFlagSet("sealgate contract verify-signature", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&document, "document", "", "the signed file")
	fs.StringVar(&root, "root", "", "certificates to trust, as contract signing-root prints them")
	var files []string
	for rest := args; ; rest = fs.Args()[1:] {
		if err := fs.Parse(rest); err != nil {
			return fmt.Errorf("%w: %v", errUsage, err)
		}
		if fs.NArg() == 0 {
			break
		}
		files = append(files, fs.Arg(0))
	}
	if len(files) != 1 {
		return fmt.Errorf("%w: %s", errUsage, contractUsage)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		return err
	}
	var b esign.Bundle
	if err := json.Unmarshal(text, &b); err != nil {
		return fmt.Errorf("%s is no electronic signature: %w", files[0], err)
	}
	var content []byte
	if document != "" {
		if content, err = os.ReadFile(document); err != nil {
			return err
		}
	}
	var roots []string
	if root != "" {
		pem, err := os.ReadFile(root)
		if err != nil {
			return err
		}
		roots = []string{string(pem)}
	}
	if err := b.Check(content, roots...); err != nil {
		return err
	}
	s := b.Statement
	fmt.Fprintf(stdout, "the signature holds: %s of %s (%s) signed %s for the %s on %s, document SHA-256 %s\n", s.Signer, s.Organisation, s.Account, s.Reference, s.Side, s.SignedAt, s.DocumentSHA256)
	if document == "" {
		fmt.Fprintln(stdout, "the document was not compared: name it with --document")
	}
	if root == "" {
		fmt.Fprintln(stdout, "who issued the certificate was not checked: name the root to trust with --root")
	}
	return nil
}

// signingRootCommand prints the certificates of the house that signatures lead back to.
func signingRootCommand(ctx context.Context, stdout, stderr io.Writer) error {
	c, _, err := flags("contract signing-root", nil, stderr, nil)
	if err != nil {
		return err
	}
	if err := setLog(LogConfig{Level: "warn", Format: c.Log.Format}, stderr); err != nil {
		return err
	}
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	roots, err := a.ESign.Roots(actor.With(ctx, actor.System("cli")))
	for _, r := range roots {
		fmt.Fprint(stdout, r)
	}
	return err
}
