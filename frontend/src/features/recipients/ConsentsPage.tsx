import { Button, Input } from "antd";
import { useState } from "react";
import { type Consent, consentsQuery, decideConsent, submitConsent } from "@/api/recipients";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AppealButton } from "@/parts/AppealButton";
import { AskReason } from "@/parts/AskReason";
import { useSession } from "@/session/session";
import { AttachmentLink } from "@/ui/Attachment";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf } from "@/ui/names";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";
import { ConsentDialog } from "./ConsentDialog";
import { ListDialog } from "./ListDialog";
import { wayNames } from "./names";

/** Proofs of consent: who agreed to what, how often, until when, with the evidence; marketing goes to nobody else. */
export function ConsentsPage() {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const [making, setMaking] = useState(false);
  const [listing, setListing] = useState<string | null>(null);
  const [asking, setAsking] = useState<{ id: string; action: "refuse" | "withdraw" } | null>(null);
  const submit = useAct(submitConsent, { done: t("consent.done") });
  const decide = useAct(decideConsent, { done: t("consent.done"), onDone: () => setAsking(null) });
  const columns: Column<Consent>[] = [
    {
      key: "number",
      title: t("consent.number"),
      always: true,
      render: (c) => (
        <>
          <span className="num">{c.number}</span>
          <div className="meta">{c.customer_name}</div>
        </>
      ),
    },
    {
      key: "title",
      title: t("consent.title"),
      render: (c) => (
        <>
          {c.title}
          <div className="meta">
            {c.category ? nameOf(categoryNames, c.category, t) : t("consent.both")} · {nameOf(wayNames, c.obtained, t)}
          </div>
        </>
      ),
    },
    {
      key: "often",
      title: t("consent.often"),
      render: (c) => (c.days ? t("consent.oftenN", { most: c.most, days: c.days }) : t("consent.oftenNone")),
    },
    {
      key: "dates",
      title: t("consent.until"),
      render: (c) => (
        <span className="num">
          {c.from} – {c.until || t("consent.untilNone")}
        </span>
      ),
    },
    {
      key: "numbers",
      title: t("consent.numbers"),
      numeric: true,
      render: (c) => (c.purged_at ? t("consent.purged") : formatCount(c.numbers)),
    },
    {
      key: "evidence",
      title: t("consent.evidence"),
      render: (c) => c.document_id && <AttachmentLink file={{ id: c.document_id, name: t("consent.evidence") }} />,
    },
    {
      key: "state",
      title: t("ui.state"),
      always: true,
      render: (c) => (
        <>
          <StateTag kind="consent" state={c.state} />
          <div className="meta">
            {c.reason || (c.verified_at && <Instant at={c.verified_at} />)} {c.verified_by_name}
          </div>
        </>
      ),
    },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (c) => (
        <span className="row-actions">
          {c.state === "refused" && <AppealButton small kind="consent" objectId={c.id} title={c.number} />}
          {allows(c, "upload") && (
            <Button size="small" onClick={() => setListing(c.id)}>
              {t("consent.list")}
            </Button>
          )}
          {allows(c, "submit") && (
            <Button size="small" type="primary" loading={submit.isPending} onClick={() => submit.mutate({ id: c.id })}>
              {t("consent.submit")}
            </Button>
          )}
          {allows(c, "approve") && (
            <Button
              size="small"
              type="primary"
              loading={decide.isPending}
              onClick={() => decide.mutate({ id: c.id, action: "approve" })}
            >
              {t("consent.approve")}
            </Button>
          )}
          {(["refuse", "withdraw"] as const).map(
            (action) =>
              allows(c, action) && (
                <Button key={action} size="small" danger onClick={() => setAsking({ id: c.id, action })}>
                  {t(`consent.${action}`)}
                </Button>
              ),
          )}
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t("nav.consents")}
      actions={
        can("consent.write") && (
          <Button type="primary" onClick={() => setMaking(true)}>
            {t("consent.create")}
          </Button>
        )
      }
    >
      <DataTable
        id="consents"
        label={t("nav.consents")}
        columns={columns}
        query={consentsQuery}
        rowKey={(c) => c.id}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("consent", t) }]}
        toolbar={
          <Input.Search
            allowClear
            defaultValue={params.phone}
            placeholder={t("recipient.search")}
            aria-label={t("recipient.search")}
            onSearch={(phone) => set({ phone: phone || undefined, cursor: undefined })}
            style={{ width: 180 }}
          />
        }
        empty={{ why: t("consent.empty"), next: t("consent.emptyNext") }}
      />
      <ConsentDialog open={making} onClose={() => setMaking(false)} />
      {listing && <ListDialog open path={`consents/${listing}/numbers`} purpose="consent" onClose={() => setListing(null)} />}
      <AskReason
        open={asking !== null}
        title={t(asking?.action === "withdraw" ? "consent.withdraw" : "consent.refuse")}
        confirm={t(asking?.action === "withdraw" ? "consent.withdraw" : "consent.refuse")}
        hint={asking?.action === "withdraw" ? t("consent.withdrawHint") : undefined}
        danger
        busy={decide.isPending}
        onAct={(reason) => asking && decide.mutate({ ...asking, reason })}
        onClose={() => setAsking(null)}
      />
    </Page>
  );
}
