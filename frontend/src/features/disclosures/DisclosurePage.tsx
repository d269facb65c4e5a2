import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import {
  addPapers,
  approveDisclosure,
  type Disclosure,
  disclosureFile,
  disclosureQuery,
  refuseDisclosure,
  withdrawDisclosure,
} from "@/api/disclosures";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { AttachmentLink, AttachmentUpload } from "@/ui/Attachment";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Empty, Facts, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { formatBytes } from "@/ui/time";
import { useAct } from "@/ui/use-act";
import { Scope } from "./DisclosuresPage";

const acts = { approve: approveDisclosure, refuse: refuseDisclosure, withdraw: withdrawDisclosure };
type Act = keyof typeof acts;

/** One disclosure: the ground, the scope, who decided, the file and who has it. */
export function DisclosurePage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(disclosureQuery(id));
  const [asking, setAsking] = useState<Act | "download" | null>(null);
  const client = useQueryClient();
  const act = useAct(({ what, reason }: { what: Act; reason: string }, key: string) => acts[what]({ id, reason }, key), {
    done: t("disclosure.done"),
    onDone: () => setAsking(null),
  });
  const d = query.data;
  const download = (purpose: string) => {
    window.location.assign(disclosureFile(id, purpose));
    setAsking(null);
    window.setTimeout(() => void client.invalidateQueries({ queryKey: ["disclosures", id] }), 1500);
  };
  return (
    <Page
      title={<span className="num">{d?.number ?? "…"}</span>}
      name={d?.number ?? t("disclosure.one")}
      crumbs={[{ label: t("disclosure.list"), to: "/disclosures" }]}
      aside={d && <StateTag kind="disclosure" state={d.state} />}
      sub={d && t(`disclosure.grounds.${d.ground}`)}
      actions={
        d && (
          <>
            {(["withdraw", "refuse", "approve"] as const).map(
              (what) =>
                allows(d, what) && (
                  <Button
                    key={what}
                    type={what === "approve" ? "primary" : "default"}
                    danger={what === "refuse"}
                    onClick={() => setAsking(what)}
                  >
                    {t(`disclosure.${what}`)}
                  </Button>
                ),
            )}
            {allows(d, "download") && (
              <Button type="primary" onClick={() => setAsking("download")}>
                {t("disclosure.download")}
              </Button>
            )}
          </>
        )
      }
    >
      <Loaded query={query}>{(x) => <Record of={x} />}</Loaded>
      <AskReason
        open={asking !== null && asking !== "download"}
        title={asking && asking !== "download" ? t(`disclosure.${asking}`) : ""}
        label={t("disclosure.decideReason")}
        hint={asking === "approve" ? t("disclosure.approveHint") : undefined}
        confirm={asking && asking !== "download" ? t(`disclosure.${asking}`) : ""}
        danger={asking === "refuse"}
        busy={act.isPending}
        onAct={(reason) => asking && asking !== "download" && act.mutate({ what: asking, reason })}
        onClose={() => setAsking(null)}
      />
      <AskReason
        open={asking === "download"}
        title={t("disclosure.download")}
        label={t("disclosure.downloadWhy")}
        hint={t("disclosure.downloadHint")}
        confirm={t("disclosure.download")}
        onAct={download}
        onClose={() => setAsking(null)}
      />
    </Page>
  );
}

function Record({ of: d }: { of: Disclosure }) {
  const { t } = useText();
  const papers = useAct(addPapers, { done: t("disclosure.done") });
  return (
    <>
      <Panel>
        <Facts
          items={[
            { label: t("disclosure.requester"), value: d.requester },
            { label: t("disclosure.officers"), value: d.officers || undefined },
            { label: t("disclosure.contact"), value: d.contact || undefined },
            { label: t("disclosure.reference"), value: d.reference || undefined },
            { label: t("disclosure.receivedOn"), value: <span className="num">{d.received_on}</span> },
            { label: t("disclosure.reason"), value: d.reason, wide: true },
            {
              label: t("disclosure.paper"),
              value: d.attachment_id ? (
                <AttachmentLink file={{ id: d.attachment_id, name: t("disclosure.paper") }} />
              ) : (
                <>
                  {t("disclosure.papersDue", { on: d.papers_due_on ?? "" })}
                  {allows(d, "papers") && (
                    <AttachmentUpload
                      purpose="disclosure"
                      label={t("disclosure.addPapers")}
                      onChange={(attachment_id) => attachment_id && papers.mutate({ id: d.id, attachment_id })}
                    />
                  )}
                </>
              ),
            },
            { label: t("disclosure.scope"), value: <Scope of={d} />, wide: true },
            {
              label: t("disclosure.requestedBy"),
              value: (
                <>
                  {d.requested_by} <Instant at={d.requested_at} />
                </>
              ),
            },
            d.decided_by
              ? {
                  label: t("disclosure.decidedBy"),
                  value: (
                    <>
                      {d.decided_by} <Instant at={d.decided_at} />
                      <div className="meta">{d.decide_reason}</div>
                    </>
                  ),
                }
              : undefined,
          ]}
        />
      </Panel>
      {d.state === "approved" && <p role="status">{t("disclosure.making")}</p>}
      {d.ready_at && <FileOf of={d} />}
    </>
  );
}

function FileOf({ of: d }: { of: Disclosure }) {
  const { t } = useText();
  const downloads = d.downloads ?? [];
  return (
    <>
      <Panel title={t("disclosure.file")}>
        <Facts
          items={[
            { label: t("disclosure.messages"), value: <span className="num">{d.messages.toLocaleString()}</span> },
            d.purged_batches > 0 && {
              label: t("disclosure.purgedBatches"),
              value: <span className="num">{d.purged_batches}</span>,
            },
            { label: t("disclosure.size"), value: <span className="num">{formatBytes(d.size)}</span> },
            { label: t("disclosure.expires"), value: <span className="num">{d.expires_on}</span> },
            { label: "SHA-256", value: <code className="mono">{d.sha256}</code>, wide: true },
          ]}
        />
      </Panel>
      <Panel flush title={t("disclosure.downloads")}>
        {downloads.length === 0 ? (
          <Empty why={t("disclosure.noDownloads")} />
        ) : (
          <table className="table" aria-label={t("disclosure.downloads")}>
            <thead>
              <tr>
                <th scope="col">{t("disclosure.when")}</th>
                <th scope="col">{t("disclosure.who")}</th>
                <th scope="col">{t("disclosure.why")}</th>
                <th scope="col">IP</th>
              </tr>
            </thead>
            <tbody>
              {downloads.map((x) => (
                <tr key={`${x.at}-${x.by}`}>
                  <td>
                    <Instant at={x.at} precision="second" />
                  </td>
                  <td>{x.by}</td>
                  <td>{x.purpose}</td>
                  <td className="num">{x.ip}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
    </>
  );
}
