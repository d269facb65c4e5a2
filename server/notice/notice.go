// Package notice puts messages into the portal's inboxes: of a user, of a customer's people, of everybody with a role.
// See README.md.
package notice

import "sealgate/server/caldate"

// To says whose inbox a notice goes into, one of the first three, and what it is about.
type To struct {
	UserID     string
	CustomerID string // all people of that customer
	Role       string // everybody who holds it
	About      About
}

// About is the object that a notice links to; its customer narrows who of a role may see it.
type About struct {
	ObjectType string
	ObjectID   string
	CustomerID string
}

// Notice is a message in an inbox. It is never changed; who has read it stands in rows of its own.
type Notice struct {
	ID         string `gorm:"primaryKey"`
	Kind       string
	CustomerID string // whom it is about
	ToUser     string
	ToCustomer string
	ToRole     string
	TitleZh    string
	TitleEn    string
	BodyZh     string
	BodyEn     string
	ObjectType string
	ObjectID   string
	At         caldate.Instant
	ReadAt     caldate.Instant `gorm:"->;-:migration"` // by the reader who asks
}
