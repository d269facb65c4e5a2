package trail

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// Sign signs a text of lines with the notary's key: what is given out bears the same signature as the checkpoints, and anybody
// with the public key can check it.
func (n *Notary) Sign(text string) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: text}, n.signer)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return signed, nil
}

// Open gives the text that the notary's key signed; an error where it did not.
func (n *Notary) Open(signed []byte) (string, error) {
	opened, err := note.Open(signed, note.VerifierList(n.verifier))
	if err != nil {
		return "", err
	}
	return opened.Text, nil
}
