package app

// What tests call beside the public verbs.
var (
	ReadBackup = readBackup // a restore that is killed when its rows are there
	BackupDay  = (*App).backupDay
)
