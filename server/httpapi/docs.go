package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func (a *API) serveDocs(c *gin.Context) { c.Redirect(http.StatusFound, "/api/openapi.json") }
