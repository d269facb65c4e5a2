import { PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Leak, leaksQuery } from "@/api/leaks";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { DeadlinesDialog } from "./DeadlinesDialog";
import { DueAt } from "./DueAt";

/** The register of leaks of data. */
export function LeaksPage() {
  const { t } = useText();
  const { can } = useSession();
  const navigate = useNavigate();
  const [setting, setSetting] = useState(false);
  const columns: Column<Leak>[] = [
    {
      key: "number",
      title: t("leak.number"),
      always: true,
      render: (l) => (
        <Link className="num" to={`/leaks/${l.id}`}>
          {l.number}
        </Link>
      ),
    },
    { key: "title", title: t("leak.title"), always: true, render: (l) => l.title },
    { key: "state", title: t("ui.state"), render: (l) => <StateTag kind="leak" state={l.state} /> },
    { key: "severity", title: t("leak.severity.label"), render: (l) => t(`leak.severity.${l.severity}`) },
    { key: "noticed", title: t("leak.noticedAt"), render: (l) => <Instant at={l.noticed_at} /> },
    {
      key: "people",
      title: t("leak.people"),
      numeric: true,
      render: (l) => (l.people ? l.people.toLocaleString("en-US") : <span className="meta">{t("leak.unknown")}</span>),
    },
    {
      key: "due",
      title: t("leak.nextDue"),
      render: (l) => {
        const next = (l.duties ?? []).find((d) => d.state === "due");
        return next && <DueAt of={next} named />;
      },
    },
  ];
  return (
    <Page
      title={t("nav.leaks")}
      actions={
        <>
          {can("leak.rules") && <Button onClick={() => setSetting(true)}>{t("leak.deadlines")}</Button>}
          {can("leak.write") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate({ to: "/leaks/new" })}>
              {t("leak.record")}
            </Button>
          )}
        </>
      }
    >
      <DataTable
        id="leaks"
        label={t("nav.leaks")}
        columns={columns}
        query={leaksQuery}
        rowKey={(l) => l.id}
        href={(l) => `/leaks/${l.id}`}
        search={t("leak.search")}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("leak", t), width: 180 }]}
        empty={{ why: t("leak.empty"), next: t("leak.emptyNext") }}
      />
      {setting && <DeadlinesDialog onClose={() => setSetting(false)} />}
    </Page>
  );
}
