import { Button } from "antd";
import { useState } from "react";
import { importsQuery, liftImport, type NumberList } from "@/api/recipients";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";
import { kindNames } from "./names";

export function ImportsTab() {
  const { t } = useText();
  const { can } = useSession();
  const [undoing, setUndoing] = useState<string | null>(null);
  const undo = useAct(liftImport, { done: t("recipient.lift.done"), onDone: () => setUndoing(null) });
  const columns: Column<NumberList>[] = [
    ...listColumns(t),
    { key: "kind", title: t("recipient.kindName"), render: (l) => nameOf(kindNames, l.kind, t) },
    { key: "customer", title: t("recipient.customer"), render: (l) => l.customer_name || t("recipient.everybody") },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (l) =>
        can("recipient.write") && (
          <Button size="small" danger onClick={() => setUndoing(l.id)}>
            {t("recipient.list.undo")}
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        id="recipient-imports"
        label={t("recipient.tabs.imports")}
        columns={columns}
        query={() => importsQuery("blocks")}
        rowKey={(l) => l.id}
        empty={{ why: t("recipient.list.none") }}
      />
      <AskReason
        open={undoing !== null}
        title={t("recipient.list.undo")}
        confirm={t("recipient.list.undo")}
        hint={t("recipient.list.undoHint")}
        danger
        busy={undo.isPending}
        onAct={(reason) => undoing && undo.mutate({ id: undoing, reason })}
        onClose={() => setUndoing(null)}
      />
    </>
  );
}

/** The columns that all imported lists have. */
export function listColumns(t: ReturnType<typeof useText>["t"]): Column<NumberList>[] {
  return [
    { key: "file", title: t("recipient.list.file"), always: true, render: (l) => l.file_name },
    {
      key: "result",
      title: t("recipient.list.result"),
      render: (l) =>
        l.done
          ? t("recipient.list.brought", { added: formatCount(l.added), known: formatCount(l.known), bad: formatCount(l.bad) })
          : t("recipient.list.broken"),
    },
    { key: "note", title: t("recipient.list.note"), render: (l) => l.note },
    { key: "at", title: t("ui.at"), render: (l) => <Instant at={l.created_at} /> },
    { key: "by", title: t("ui.by"), render: (l) => l.created_by_name },
  ];
}
