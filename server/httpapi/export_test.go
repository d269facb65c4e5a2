package httpapi

// CheckJSON is for the fuzz test.
var CheckJSON = checkJSON
