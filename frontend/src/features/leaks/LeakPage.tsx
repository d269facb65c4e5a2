import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Leak, leakQuery, tellCustomers } from "@/api/leaks";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useRemember } from "@/session/recent";
import { AttachmentLink } from "@/ui/Attachment";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Facts, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { DutiesTable } from "./DutiesTable";
import { type LeakAct, LeakDialog } from "./LeakDialog";

const acts = ["contain", "ask_close", "decide_close"] as const;

/** One leak of data: what is known, whom it must be told to until when, and how it ended. */
export function LeakPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const query = useQuery(leakQuery(id));
  const [act, setAct] = useState<LeakAct | null>(null);
  const [telling, setTelling] = useState(false);
  const tell = useAct(tellCustomers, { done: t("leak.done"), onDone: () => setTelling(false) });
  const l = query.data;
  useRemember(l && { to: `/leaks/${l.id}`, title: `${l.number} ${l.title}`, kind: t("nav.leaks") });
  const untold = (l?.duties ?? []).filter((d) => d.kind === "customer" && d.state === "due").length;
  return (
    <Page
      title={l?.title ?? "…"}
      crumbs={[{ label: t("nav.leaks"), to: "/leaks" }]}
      aside={l && <StateTag kind="leak" state={l.state} />}
      sub={l && <span className="num">{l.number}</span>}
      actions={
        l && (
          <>
            {allows(l, "edit") && <Button onClick={() => void navigate({ to: `/leaks/${l.id}/edit` })}>{t("leak.edit")}</Button>}
            {allows(l, "edit") && <Button onClick={() => setAct({ what: "file", of: l })}>{t("leak.addFile")}</Button>}
            {acts.map(
              (what) =>
                allows(l, what) && (
                  <Button
                    key={what}
                    type={what === "decide_close" ? "primary" : "default"}
                    onClick={() => setAct({ what, of: l })}
                  >
                    {t(what === "contain" ? "leak.contain" : what === "ask_close" ? "leak.askClose" : "leak.approve")}
                  </Button>
                ),
            )}
            {allows(l, "tell") && untold > 0 && (
              <Button type="primary" onClick={() => setTelling(true)}>
                {t("leak.tell")}
              </Button>
            )}
          </>
        )
      }
    >
      <Loaded query={query}>{(x) => <Record of={x} act={setAct} />}</Loaded>
      <ConfirmTotals
        open={telling}
        title={t("leak.tell")}
        sentence={t("leak.tellSentence", { count: untold })}
        confirm={t("leak.tell")}
        busy={tell.isPending}
        onConfirm={() => tell.mutate(id)}
        onCancel={() => setTelling(false)}
      />
      {act && <LeakDialog act={act} onClose={() => setAct(null)} />}
    </Page>
  );
}

function Record({ of: l, act }: { of: Leak; act: (a: LeakAct) => void }) {
  const { t } = useText();
  const files = l.files ?? [];
  return (
    <>
      <Panel title={t("leak.duties")} flush>
        <DutiesTable of={l} act={act} />
      </Panel>
      <Panel title={t("leak.title")}>
        <Facts
          items={[
            { label: t("leak.severity.label"), value: t(`leak.severity.${l.severity}`) },
            { label: t("leak.noticedAt"), value: <Instant at={l.noticed_at} /> },
            { label: t("leak.happened"), value: l.from_day && <span className="num">{l.from_day}</span> },
            { label: t("leak.containedAt"), value: <Instant at={l.contained_at} /> },
            { label: t("leak.people"), value: l.people ? l.people.toLocaleString("en-US") : t("leak.unknown") },
            {
              label: t("leak.dataKinds"),
              value: (l.data_kinds ?? []).map((k) => t(`leak.data.${k as "phones"}`)).join("、"),
              wide: true,
            },
            { label: t("leak.description"), value: <span className="said">{l.description}</span>, wide: true },
            l.cause && { label: t("leak.cause"), value: l.cause, wide: true },
            { label: t("leak.harm"), value: l.harm, wide: true },
            { label: t("leak.measures"), value: <span className="said">{l.measures}</span>, wide: true },
            files.length > 0 && {
              label: t("leak.files"),
              value: files.map((f) => (
                <div key={f.id}>
                  <AttachmentLink file={f} />
                </div>
              )),
              wide: true,
            },
            { label: t("leak.recordedBy"), value: l.recorded_by_name },
          ]}
        />
      </Panel>
      {l.asked_at && (
        <Panel title={t("leak.closing")}>
          <Facts
            items={[
              l.outcome && { label: t("leak.outcome.label"), value: t(`leak.outcome.${l.outcome}`) },
              { label: t("leak.askClose"), value: l.asked_by_name },
              l.closed_by_name && {
                label: t("leak.approve"),
                value: (
                  <>
                    {l.closed_by_name} <Instant at={l.closed_at} />
                  </>
                ),
              },
              { label: t("leak.conclusion"), value: l.conclusion, wide: true },
              l.closing_note && { label: t("leak.note"), value: l.closing_note, wide: true },
            ]}
          />
        </Panel>
      )}
    </>
  );
}
