package crypt

import "context"

// purposeLasting seals personal data of a customer's people that is needed as long as the customer is one, whatever the month: handlers
// of registrations. It goes with the customer's other keys at the end.
const purposeLasting = "lasting"

// Lasting gives the key under which personal data of a customer's people is sealed for as long as the relation lasts.
func (k *Keys) Lasting(ctx context.Context, customerID string) (*Key, error) {
	return k.ensure(ctx, Row{Purpose: purposeLasting, CustomerID: customerID})
}
