import { Link } from "@tanstack/react-router";
import { billsQuery } from "@/api/bills";
import { useText } from "@/i18n";
import { useBillColumns } from "@/parts/bill-columns";
import { useSession } from "@/session/session";
import { DataTable } from "@/ui/DataTable";
import { Money } from "@/ui/Money";
import { Page } from "@/ui/Page";
import { stateOptions } from "@/ui/states";

export function BillsPage() {
  const { t } = useText();
  const { can } = useSession();
  return (
    <Page title={t("nav.bills")} actions={can("bill.reissue") && <Link to="/reissues">{t("nav.reissues")}</Link>}>
      <DataTable
        id="bills"
        label={t("nav.bills")}
        columns={useBillColumns({ customer: true })}
        query={billsQuery}
        rowKey={(b) => b.id}
        href={(b) => `/bills/${b.id}`}
        search={t("bill.search")}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("bill", t) }]}
        empty={{ why: t("bill.empty"), next: t("bill.emptyNext") }}
        footer={({ totals }) =>
          totals && (
            <span>
              {t("bill.totalOpen")}{" "}
              <b>
                <Money fen={totals.open_fen} sign />
              </b>
            </span>
          )
        }
      />
    </Page>
  );
}
