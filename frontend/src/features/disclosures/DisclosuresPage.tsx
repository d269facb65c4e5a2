import { PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Disclosure, disclosuresQuery } from "@/api/disclosures";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { DisclosureDialog } from "./DisclosureDialog";

/** The register of what was given out, to whom and why. */
export function DisclosuresPage() {
  const { t } = useText();
  const { can } = useSession();
  const navigate = useNavigate();
  const [recording, setRecording] = useState(false);
  const columns: Column<Disclosure>[] = [
    {
      key: "number",
      title: t("disclosure.number"),
      always: true,
      render: (d) => (
        <Link className="num" to={`/disclosures/${d.id}`}>
          {d.number}
        </Link>
      ),
    },
    { key: "state", title: t("ui.state"), render: (d) => <StateTag kind="disclosure" state={d.state} /> },
    { key: "ground", title: t("disclosure.ground"), render: (d) => t(`disclosure.grounds.${d.ground}`) },
    {
      key: "requester",
      title: t("disclosure.requester"),
      render: (d) => (
        <>
          {d.requester}
          <div className="meta">{d.reference}</div>
        </>
      ),
    },
    { key: "scope", title: t("disclosure.scope"), render: (d) => <Scope of={d} /> },
    { key: "messages", title: t("disclosure.messages"), numeric: true, render: (d) => d.messages.toLocaleString() },
    { key: "by", title: t("disclosure.requestedBy"), render: (d) => d.requested_by },
    { key: "at", title: t("evidence.at"), render: (d) => <Instant at={d.requested_at} /> },
  ];
  return (
    <Page
      title={t("disclosure.list")}
      actions={
        can("disclosure.request") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setRecording(true)}>
            {t("disclosure.new")}
          </Button>
        )
      }
    >
      <DataTable
        id="disclosures"
        label={t("disclosure.list")}
        columns={columns}
        query={disclosuresQuery}
        rowKey={(d) => d.id}
        href={(d) => `/disclosures/${d.id}`}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("disclosure", t), width: 180 }]}
        empty={{ why: t("disclosure.empty"), next: t("disclosure.emptyNext") }}
      />
      <DisclosureDialog
        open={recording}
        onClose={() => setRecording(false)}
        onDone={(id) => void navigate({ to: `/disclosures/${id}` })}
      />
    </Page>
  );
}

/** What a disclosure is limited to, in one cell. */
export function Scope({ of: d }: { of: Disclosure }) {
  return (
    <>
      <span className="num">
        {d.first_day} – {d.last_day}
      </span>
      <div className="meta">{[d.customer_name, ...(d.phones ?? []), ...(d.batches ?? [])].filter(Boolean).join("、")}</div>
    </>
  );
}
