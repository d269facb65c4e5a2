package crypt

import "sealgate/server/errs"

// The errors of this package.
var (
	// ErrDamaged: the bytes do not open with this key in this place: changed, cut off, or moved from elsewhere.
	ErrDamaged = errs.Internal("crypt.damaged", "加密数据损坏或被替换，已停止使用，请联系管理员", "encrypted data is damaged or was replaced; it is not used; tell the administrator")
	// ErrWrongMaster: the data key was wrapped by another master key than the one at hand.
	ErrWrongMaster = errs.Internal("crypt.wrong_master", "主密钥文件或数据密钥库与数据库不匹配，请恢复原来的密钥目录", "the master key or the store of data keys does not belong to this database; restore the original key folder")
	// ErrKeyGone: the data key was destroyed at the end of its retention; nothing can bring the data back.
	ErrKeyGone = errs.NotFound("crypt.key_gone", "数据已按保存期限销毁", "the data was destroyed at the end of its retention time")
)
