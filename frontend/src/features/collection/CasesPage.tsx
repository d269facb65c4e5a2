import { PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Case, casesQuery } from "@/api/collection";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Money } from "@/ui/Money";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { HandOverDialog } from "./HandOverDialog";

/** Debts that were handed to legal collection. */
export function CasesPage() {
  const { t } = useText();
  const { can } = useSession();
  const navigate = useNavigate();
  const [opening, setOpening] = useState(false);
  const unit = ` (${t("ui.money.unit")})`;
  const columns: Column<Case>[] = [
    {
      key: "number",
      title: t("collection.number"),
      always: true,
      render: (c) => (
        <Link className="num" to={`/collection/${c.id}`}>
          {c.number}
        </Link>
      ),
    },
    { key: "customer", title: t("customer.one"), render: (c) => c.customer_name },
    { key: "contract", title: t("contract.one"), render: (c) => <span className="num">{c.contract_number}</span> },
    { key: "state", title: t("ui.state"), render: (c) => <StateTag kind="case" state={c.state} /> },
    { key: "agency", title: t("collection.agency"), render: (c) => c.agency },
    { key: "handed", title: t("collection.handedOn"), render: (c) => <span className="num">{c.handed_on}</span> },
    { key: "owed", title: t("collection.owed") + unit, numeric: true, render: (c) => <Money fen={c.owed_fen} /> },
    { key: "costs", title: t("collection.costs") + unit, numeric: true, render: (c) => <Money fen={c.costs_fen} /> },
    { key: "written", title: t("collection.writtenOff") + unit, numeric: true, render: (c) => <Money fen={c.written_off_fen} /> },
    { key: "recovered", title: t("collection.recovered") + unit, numeric: true, render: (c) => <Money fen={c.recovered_fen} /> },
  ];
  return (
    <Page
      title={t("nav.collection")}
      actions={
        can("collection.write") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpening(true)}>
            {t("collection.open")}
          </Button>
        )
      }
    >
      <DataTable
        id="collection"
        label={t("nav.collection")}
        columns={columns}
        query={casesQuery}
        rowKey={(c) => c.id}
        href={(c) => `/collection/${c.id}`}
        search={t("collection.search")}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("case", t), width: 180 }]}
        empty={{ why: t("collection.empty"), next: t("collection.openHint") }}
      />
      <HandOverDialog
        open={opening}
        onClose={() => setOpening(false)}
        onDone={(id) => void navigate({ to: `/collection/${id}` })}
      />
    </Page>
  );
}
