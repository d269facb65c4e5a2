import { FilePdfOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { serviceTermsQuery, type TermsVersion, takeTermsStep, termsDocument } from "@/api/service-terms";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useSession } from "@/session/session";
import { Loaded } from "@/ui/Loading";
import { Empty, Facts, Page, Panel } from "@/ui/Page";
import { formatInstant } from "@/ui/time";
import { useAct } from "@/ui/use-act";
import { Standings } from "./Standings";
import { AcceptTerms, AnnounceTerms } from "./step-dialogs";
import { TermsEditor } from "./TermsEditor";
import "./terms.css";

type Act = "announce" | "withdraw" | "accept" | "object";

/** The online terms in their versions: for our people to write and announce, for a customer's people to accept or object to. */
export function TermsPage() {
  const { t } = useText();
  const { can } = useSession();
  const query = useQuery(serviceTermsQuery);
  const [editing, setEditing] = useState<TermsVersion | "new" | null>(null);
  const all = query.data?.items ?? [];
  const free = can("terms.write") && !all.some((v) => v.state === "draft");
  return (
    <Page
      title={t("nav.serviceTerms")}
      actions={
        free && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing("new")}>
            {t("terms.draft")}
          </Button>
        )
      }
    >
      <Loaded query={query} rows={4}>
        {(data) =>
          data.items?.length ? (
            data.items.map((v) => <Version key={v.id} v={v} onEdit={() => setEditing(v)} />)
          ) : (
            <Panel>
              <Empty why={t("terms.empty")} />
            </Panel>
          )
        }
      </Loaded>
      {editing && <TermsEditor draft={editing === "new" ? undefined : editing} last={all[0]} onClose={() => setEditing(null)} />}
    </Page>
  );
}

function Version({ v, onEdit }: { v: TermsVersion; onEdit: () => void }) {
  const { t } = useText();
  const { can } = useSession();
  const [open, setOpen] = useState<Act | null>(null);
  const close = () => setOpen(null);
  const act = useAct(takeTermsStep, { onDone: close });
  const [listed, setListed] = useState(v.in_force);
  const mine = v.mine;
  return (
    <Panel
      title={
        <>
          {t("terms.version", { n: v.number })}{" "}
          <span className="state" data-tone={v.in_force ? "ok" : v.state === "draft" ? "busy" : "idle"}>
            {v.in_force ? t("terms.inForce") : t(`terms.state.${v.state}`)}
          </span>
        </>
      }
      extra={
        <span className="row-actions">
          <Button size="small" icon={<FilePdfOutlined />} href={termsDocument(v.id)} target="_blank">
            {t("terms.text")}
          </Button>
          {allows(v, "edit") && (
            <Button size="small" onClick={onEdit}>
              {t("terms.edit")}
            </Button>
          )}
          {(["withdraw", "object", "announce", "accept"] as const)
            .filter((a) => allows(v, a))
            .map((a) => (
              <Button
                key={a}
                size="small"
                type={a === "announce" || a === "accept" ? "primary" : "default"}
                danger={a === "withdraw" || a === "object"}
                onClick={() => setOpen(a)}
              >
                {t(`terms.${a}`)}
              </Button>
            ))}
        </span>
      }
    >
      <Facts
        items={[
          { label: t("terms.effectiveOn"), value: v.effective_on && <span className="num">{v.effective_on}</span> },
          { label: t("terms.announcedOn"), value: v.announced_on && <span className="num">{v.announced_on}</span> },
          v.sha256 ? { label: "SHA-256", value: <code className="mono">{v.sha256.slice(0, 16)}…</code> } : undefined,
          v.changes ? { label: t("terms.changes"), value: v.changes, wide: true } : undefined,
        ]}
      />
      {v.use_accepts && <p className="meta terms-note">{t("terms.useAccepts")}</p>}
      {mine && v.state === "announced" && (
        <p role="status">
          {mine.acceptance_id
            ? t(mine.how === "use" ? "terms.acceptedByUse" : "terms.accepted", {
                who: mine.person ?? "",
                at: formatInstant(mine.accepted_at ?? "", "minute"),
                note: mine.note ?? "",
              })
            : mine.objection
              ? t("terms.objected", { reason: mine.objection })
              : t("terms.waiting")}
        </p>
      )}
      {can("terms.read") && v.state !== "draft" && (
        <>
          <Button type="link" size="small" aria-expanded={listed} onClick={() => setListed(!listed)}>
            {t("terms.standings")}
          </Button>
          {listed && <Standings id={v.id} />}
        </>
      )}
      <AnnounceTerms
        v={v}
        open={open === "announce"}
        busy={act.isPending}
        error={act.error}
        onClose={close}
        onAct={(effective_on) => act.mutate({ id: v.id, step: { do: "announce", effective_on } })}
      />
      <AcceptTerms
        v={v}
        open={open === "accept"}
        busy={act.isPending}
        error={act.error}
        onClose={close}
        onAct={() => act.mutate({ id: v.id, step: { do: "accept", sha256: v.sha256 ?? "" } })}
      />
      {(open === "withdraw" || open === "object") && (
        <AskReason
          open
          title={t(`terms.${open}`)}
          confirm={t(`terms.${open}`)}
          danger
          busy={act.isPending}
          onClose={close}
          onAct={(reason) => act.mutate({ id: v.id, step: { do: open, reason } })}
        />
      )}
    </Panel>
  );
}
