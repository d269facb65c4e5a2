import type { Filing, Registration } from "@/api/registrations";
import { useText } from "@/i18n";
import { DataTable } from "@/ui/DataTable";
import { AnswerDialog } from "./AnswerDialog";
import { useFilingColumns } from "./filing-columns";

/** The filings of one registration, second ones and those of before included. */
export function FilingsOf({ record }: { record: Registration }) {
  const { t } = useText();
  const { columns, answering, close } = useFilingColumns({ what: false });
  const rows = [...(record.filings ?? [])];
  return (
    <>
      <DataTable<Filing>
        embedded
        id="registration-filings"
        label={t("chain.filings")}
        columns={columns}
        query={() => ({
          queryKey: ["registrations", record.id, "filings", rows.map((f) => `${f.id}${f.state}`)],
          queryFn: async () => ({ items: rows, total: rows.length }),
        })}
        rowKey={(f) => f.id}
        empty={{ why: t("chain.desk.noFilings") }}
      />
      <AnswerDialog filing={answering} onClose={close} />
    </>
  );
}
