package db

import "strings"

var likeSpecial = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// Like is the pattern of LIKE ? ESCAPE '!' that finds a part wherever it stands, signs of patterns taken as themselves.
func Like(part string) string { return "%" + LikeText(part) + "%" }

// LikeText is a text as itself inside such a pattern, for those that say where it stands.
func LikeText(text string) string { return likeSpecial.Replace(text) }
