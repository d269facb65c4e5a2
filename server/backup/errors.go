package backup

import "sealgate/server/errs"

// The errors of this package.
var (
	// ErrNoBackup: the file is something else.
	ErrNoBackup = errs.Invalid("backup.none", "该文件不是信闸的备份文件", "this file is no backup made by sealgate")
	// ErrNotEmpty: somebody has worked with the database.
	ErrNotEmpty = errs.Conflict("backup.not_empty", "目标数据库不是空的：请恢复到一个新的数据库", "the database is not empty: restore into a new one")
	// ErrOtherSchema: the program that made the backup was older or newer.
	ErrOtherSchema = errs.Conflict("backup.other_schema", "备份与本程序的数据库版本不同：请用制作备份的版本恢复，再升级", "the backup is of another version of the schema: restore it with the program that made it, then bring that up to date")
)
