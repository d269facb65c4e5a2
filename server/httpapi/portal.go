package httpapi

import (
	"io/fs"
	"net/http"

	"github.com/gin-gonic/gin"
)

func (a *API) portal(fs.FS) (gin.HandlerFunc, error) {
	return func(c *gin.Context) { c.String(http.StatusNotFound, "") }, nil
}
