package intake

import "sealgate/server/errs"

// Faults of a whole file: nothing of it can be used. Each says what to do.
var (
	ErrEmpty       = errs.Invalid("file.empty", "文件是空的，请选择有内容的文件", "the file is empty; choose one with content")
	ErrZip         = errs.Invalid("file.zip", "这是压缩包（不论扩展名是什么），请解压后上传其中的文件", "this is a zip archive, whatever its name says; unpack it and upload the file inside")
	ErrOldExcel    = errs.Invalid("file.xls", "这是旧版 Excel（.xls）文件，或设有打开密码的文件（不论扩展名是什么）；请在 Excel 中取消密码，另存为 .xlsx 或 CSV 后上传", "this is an old Excel file (.xls) or one with a password, whatever its name says; take the password off, save it as .xlsx or CSV and upload that")
	ErrPassword    = errs.Invalid("file.password", "这是设有打开密码的 Excel 文件，请在 Excel 中取消密码（文件 → 信息 → 保护工作簿）并保存后重新上传", "this Excel file is protected by a password; take the password off in Excel (File, Info, Protect Workbook), save and upload it again")
	ErrODS         = errs.Invalid("file.ods", "这是 OpenDocument 文件（.ods），请另存为 .xlsx 或 CSV 后上传", "this is an OpenDocument file (.ods); save it as .xlsx or CSV and upload that")
	ErrNotTable    = errs.Invalid("file.not_table", "文件不是表格或文本，请上传 CSV、TXT、XLSX 或 JSON Lines 文件", "the file is neither a table nor text; upload CSV, TXT, XLSX or JSON Lines")
	ErrXLSX        = errs.Invalid("file.xlsx_broken", "XLSX 文件无法读取，可能已损坏或加密，请在 Excel 中打开后重新保存", "the XLSX file can't be read: it may be damaged or encrypted; open it in Excel and save it again")
	ErrXLSB        = errs.Invalid("file.xlsb", "这是二进制工作簿（.xlsb），请另存为 .xlsx 或 CSV 后上传", "this is a binary workbook (.xlsb); save it as .xlsx or CSV and upload that")
	ErrXLSXBomb    = errs.TooLarge("file.xlsx_too_large", "XLSX 解压后超过限制，请拆分文件或另存为 CSV 上传", "the XLSX unpacks to more than is allowed; split it or save it as CSV")
	ErrTooLarge    = errs.TooLarge("file.too_large", "文件超过大小限制，请拆分后分批上传", "the file is larger than allowed; split it into several batches")
	ErrTooMany     = errs.TooLarge("file.too_many_rows", "文件行数超过限制，请拆分后分批上传", "the file has more rows than allowed; split it into several batches")
	ErrHead        = errs.Invalid("file.first_row", "文件首行无法读取", "the first row of the file can't be read")
	ErrQuotes      = errs.Invalid("file.quotes", "引号不成对的行太多，请检查文件的双引号后重新导出", "too many rows with unbalanced quotes; check the file's double quotes and export it again")
	ErrNoPhone     = errs.Invalid("file.no_phone_column", "找不到手机号列，请把该列的列名写成“手机号”", "no column of phone numbers found; name that column 手机号 or phone")
	ErrNoText      = errs.Invalid("file.no_text_column", "找不到短信内容列，请把该列的列名写成“短信内容”", "no column with message texts found; name that column 短信内容 or text")
	ErrNoHeader    = errs.Invalid("file.no_header", "模板批次的文件首行必须是列名，与模板变量对应", "the first row of a file for a template must name the columns, as the template's variables do")
	ErrNoVariable  = errs.Invalid("file.missing_column", "文件缺少模板变量对应的列", "the file lacks columns for variables of the template")
	ErrChoice      = errs.Invalid("file.columns", "列的用途选择有误", "the columns are not chosen right")
	ErrHeaderTwice = errs.Invalid("file.column_twice", "文件有重名的列，无法对应模板变量", "two columns of the file have the same name, so a variable can't be matched")
)

// Code is why a row was left out; batch has the texts.
type Code string

// Faults of a row that reading alone finds.
const (
	RowOK       Code = ""
	RowEncoding Code = "ROW.ENCODING"
	RowTooLong  Code = "ROW.TOO_LONG"
	RowQuote    Code = "ROW.QUOTE"
	RowColumns  Code = "ROW.COLUMNS"
	RowJSON     Code = "ROW.JSON"
)
