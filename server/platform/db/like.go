package db

import "strings"

var likeSpecial = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// Like is the pattern of LIKE ? ESCAPE '!' that finds a part wherever it stands, signs of patterns taken as themselves.
func Like(part string) string { return "%" + likeSpecial.Replace(part) + "%" }
