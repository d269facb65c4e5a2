package db

import "gorm.io/gorm/clause"

var lockingForUpdate = clause.Locking{Strength: clause.LockingStrengthUpdate}
