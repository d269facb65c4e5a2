package httpapi

import (
	"context"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/authz"
	"sealgate/server/report"
)

// Deps are the services that the operations call: one line each.
type Deps struct {
	Authz   *authz.Authz
	Report  *report.Service
	Sandbox Sandbox
	// SignedIn says who sent a request, and by which version of the role grants that was read.
	SignedIn func(ctx context.Context, c *gin.Context) (actor.Actor, int64, error)
}
