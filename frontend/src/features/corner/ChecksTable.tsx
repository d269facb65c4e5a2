import { Button } from "antd";
import type { ReactNode } from "react";
import { checksQuery, endCheck, type SupportCheck } from "@/api/corner";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { nameOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";
import { howNames } from "./names";

/** Checks of identity and authority with what was done under them; customers see their own. */
export function ChecksTable({ embedded, toolbar }: { embedded?: boolean; toolbar?: ReactNode }) {
  const { t } = useText();
  const end = useAct(endCheck);
  const columns: Column<SupportCheck>[] = [
    { key: "at", title: t("corner.at"), always: true, render: (c) => <Instant at={c.checked_at} /> },
    { key: "customer", title: t("ticket.customer"), render: (c) => c.customer_name },
    { key: "person", title: t("corner.person"), render: (c) => c.person },
    {
      key: "kind",
      title: t("corner.howLabel"),
      render: (c) =>
        `${t(c.kind === "identity" ? "corner.checkKind.identity" : "corner.checkKind.authority")} · ${nameOf(howNames, c.how, t)}`,
    },
    { key: "purpose", title: t("corner.purpose"), render: (c) => c.purpose },
    { key: "by", title: t("corner.by"), render: (c) => c.checked_by },
    { key: "until", title: t("corner.until"), render: (c) => <Instant at={c.ended_at ?? c.until_at} /> },
    {
      key: "acts",
      title: t("corner.done"),
      render: (c) => (c.acts ?? []).map((a) => `${a.action} (${a.by})`).join("、") || <span className="meta">—</span>,
    },
    {
      key: "end",
      title: "",
      always: true,
      render: (c) =>
        allows(c, "end") && (
          <Button size="small" loading={end.isPending && end.variables === c.id} onClick={() => end.mutate(c.id)}>
            {t("corner.endCheck")}
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      id="support-checks"
      label={t("corner.checks")}
      columns={columns}
      query={checksQuery}
      rowKey={(c) => c.id}
      embedded={embedded}
      toolbar={toolbar}
      empty={{ why: t("corner.noChecks"), next: t("corner.checkHint") }}
    />
  );
}
