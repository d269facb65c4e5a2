import { Button, DatePicker, Form, Input, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { changeRules, closeDesk, type Desk, makeSheets, type RegistrationKind, reopenDesk } from "@/api/registrations";
import { useText } from "@/i18n";
import { kindNames } from "@/parts/chain/names";
import { useSession } from "@/session/session";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { optionsOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";
import { AnswersDialog } from "./AnswersDialog";

type Asking = "import" | "close" | "rules" | null;

/** One carrier's desk: whether it is open, what it has, and what may be done. */
export function DeskCard({ desk: d }: { desk: Desk }) {
  const { t, pick } = useText();
  const { can } = useSession();
  const [asking, setAsking] = useState<Asking>(null);
  const close = () => setAsking(null);
  const make = useAct(makeSheets, { done: t("chain.desk.made") });
  const reopen = useAct(reopenDesk, { done: t("chain.done") });
  const name = pick(d.name, d.name_en);
  const open = d.closures?.find((c) => !d.open && (c.to ?? "") < (d.opens ?? ""));
  return (
    <section className="desk-card" aria-label={name}>
      <h3>
        {name}
        <span className="state" data-tone={d.open ? "ok" : "warn"}>
          {d.open ? t("chain.desk.open") : t("chain.desk.closed", { day: d.opens ?? "" })}
        </span>
      </h3>
      {can("filing.write") && (
        <div className="desk-figures">
          <span>
            {t("chain.desk.queued")} <b>{d.queued}</b>
          </span>
          <span>
            {t("chain.desk.waiting")} <b>{d.waiting}</b>
          </span>
          <span className={d.overdue > 0 ? "state" : undefined} data-tone="bad">
            {t("chain.desk.overdue")} <b>{d.overdue}</b>
          </span>
        </div>
      )}
      <span className="row-actions">
        {can("filing.write") && (
          <>
            <Button
              size="small"
              type="primary"
              disabled={!d.open || d.queued === 0}
              loading={make.isPending}
              onClick={() => make.mutate({ carrier: d.carrier })}
            >
              {t("chain.desk.make")}
            </Button>
            <Button size="small" onClick={() => setAsking("import")}>
              {t("chain.desk.import")}
            </Button>
          </>
        )}
        {can("filing.desk") && (
          <>
            {open ? (
              <Button size="small" onClick={() => reopen.mutate({ id: open.id })}>
                {t("chain.desk.reopen")}
              </Button>
            ) : (
              <Button size="small" onClick={() => setAsking("close")}>
                {t("chain.desk.close")}
              </Button>
            )}
            <Button size="small" onClick={() => setAsking("rules")}>
              {t("chain.desk.rules")}
            </Button>
          </>
        )}
      </span>
      {asking === "import" && <AnswersDialog desk={d} onClose={close} />}
      <CloseDialog desk={d} open={asking === "close"} onClose={close} />
      <RulesDialog desk={d} open={asking === "rules"} onClose={close} />
    </section>
  );
}

type DialogProps = { desk: Desk; open: boolean; onClose: () => void };
const day = (d: Dayjs) => d.format("YYYY-MM-DD");

function CloseDialog({ desk, open, onClose }: DialogProps) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(closeDesk, { quiet: true, done: t("chain.done"), onDone: onClose });
  return (
    <FormDialog<{ from: Dayjs; to: Dayjs; reason: string }>
      open={open}
      title={`${desk.name} · ${t("chain.desk.close")}`}
      confirm={t("ui.submit")}
      busy={act.isPending}
      error={act.error}
      onAct={(v) => act.mutate({ carrier: desk.carrier, from: day(v.from), to: day(v.to), reason: v.reason })}
      onClose={onClose}
    >
      <div className="form-grid">
        <Form.Item name="from" label={t("chain.desk.from")} rules={must(t("chain.desk.from"))}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="to" label={t("chain.desk.to")} rules={must(t("chain.desk.to"))}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input maxLength={200} />
      </Form.Item>
    </FormDialog>
  );
}

function RulesDialog({ desk, open, onClose }: DialogProps) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(changeRules, { quiet: true, done: t("chain.done"), onDone: onClose });
  return (
    <FormDialog<{ kind: RegistrationKind; effective: Dayjs; note: string }>
      open={open}
      title={`${desk.name} · ${t("chain.desk.rules")}`}
      sentence={t("chain.desk.rulesHint")}
      confirm={t("ui.submit")}
      busy={act.isPending}
      error={act.error}
      onAct={(v) => act.mutate({ carrier: desk.carrier, kind: v.kind, effective_on: day(v.effective), note: v.note })}
      onClose={onClose}
    >
      <div className="form-grid">
        <Form.Item name="kind" label={t("chain.kindLabel")} rules={must(t("chain.kindLabel"))}>
          <Select options={optionsOf(kindNames, t)} />
        </Form.Item>
        <Form.Item name="effective" label={t("chain.desk.effective")} rules={must(t("chain.desk.effective"))}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Form.Item name="note" label={t("chain.desk.note")} rules={must(t("chain.desk.note"))}>
        <Input.TextArea rows={3} maxLength={500} showCount />
      </Form.Item>
    </FormDialog>
  );
}
