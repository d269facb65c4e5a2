package crypt

import "context"

// purposeSigner seals the private keys of electronic signatures; one for the whole provider, for ever.
const purposeSigner = "signer"

// Signers gives the key under which the private keys of electronic signatures are sealed.
func (k *Keys) Signers(ctx context.Context) (*Key, error) {
	return k.ensure(ctx, Row{Purpose: purposeSigner})
}
