import { Button, Form, Input, Select } from "antd";
import { useEffect, useState } from "react";
import {
  type Registration,
  refileRegistration,
  renewRegistration,
  type Step,
  stepRegistration,
  type Turn,
  turnDownRegistration,
} from "@/api/registrations";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { carrierNames } from "@/parts/chain/names";
import { HandlerFields, type HandlerValues, handlerFields } from "@/parts/chain/RegisterDialog";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { optionsOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";

type Asking = Turn | "refile" | "renew" | null;

/** What may be done next with a registration; the review by single keys, too. */
export function ReviewActions({ record: r }: { record: Registration }) {
  const { t } = useText();
  const [asking, setAsking] = useState<Asking>(null);
  const close = () => setAsking(null);
  const step = useAct(stepRegistration, { done: t("chain.done") });
  const turn = useAct(turnDownRegistration, { done: t("chain.done"), onDone: close });
  const go = (s: Step) => step.mutate({ id: r.id, step: s });
  const keys: Record<string, [action: string, act: () => void]> = {
    t: ["take", () => go("take")],
    a: ["approve", () => go("approve")],
    r: ["refuse", () => setAsking("refuse")],
  };
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const at = e.target as HTMLElement;
      if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey || asking || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
      const found = keys[e.key];
      if (!found || !allows(r, found[0]) || step.isPending) return;
      e.preventDefault();
      found[1]();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
  return (
    <>
      {allows(r, "approve") && <span className="meta">{t("chain.keys")}</span>}
      {allows(r, "take") && <Button onClick={() => go("take")}>{t("chain.take")}</Button>}
      {allows(r, "give_back") && <Button onClick={() => go("give-back")}>{t("chain.give_back")}</Button>}
      {allows(r, "refuse") && (
        <Button danger onClick={() => setAsking("refuse")}>
          {t("chain.refuse")}
        </Button>
      )}
      {allows(r, "approve") && (
        <Button type="primary" loading={step.isPending} onClick={() => go("approve")}>
          {t("chain.approve")}
        </Button>
      )}
      {allows(r, "withdraw") && (
        <Button danger onClick={() => setAsking("withdraw")}>
          {t("chain.withdraw")}
        </Button>
      )}
      {allows(r, "refile") && <Button onClick={() => setAsking("refile")}>{t("chain.refile")}</Button>}
      {allows(r, "renew") && <Button onClick={() => setAsking("renew")}>{t("chain.renew")}</Button>}
      <AskReason
        open={asking === "refuse" || asking === "withdraw"}
        title={t(asking === "withdraw" ? "chain.withdraw" : "chain.refuse")}
        confirm={t(asking === "withdraw" ? "chain.withdraw" : "chain.refuse")}
        danger
        busy={turn.isPending}
        onAct={(reason) => (asking === "refuse" || asking === "withdraw") && turn.mutate({ id: r.id, turn: asking, reason })}
        onClose={close}
      />
      <RefileDialog record={r} open={asking === "refile"} onClose={close} />
      <RenewDialog record={r} open={asking === "renew"} onClose={close} />
    </>
  );
}

type DialogProps = { record: Registration; open: boolean; onClose: () => void };

function RefileDialog({ record, open, onClose }: DialogProps) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(refileRegistration, { quiet: true, done: t("chain.done"), onDone: onClose });
  return (
    <FormDialog<{ note: string; carriers?: string[]; proof_attachment_id?: string }>
      open={open}
      title={t("chain.refile")}
      confirm={t("chain.refile")}
      busy={act.isPending}
      error={act.error}
      onAct={(v) => act.mutate({ id: record.id, ...v })}
      onClose={onClose}
    >
      <Form.Item name="carriers" label={`${t("chain.carrierLabel")} (${t("ui.optional")})`}>
        <Select mode="multiple" options={optionsOf(carrierNames, t)} />
      </Form.Item>
      <Form.Item name="note" label={t("chain.refileNote")} rules={must(t("chain.refileNote"))}>
        <Input.TextArea rows={3} maxLength={500} showCount />
      </Form.Item>
      <Form.Item name="proof_attachment_id" label={`${t("chain.refileProof")} (${t("ui.optional")})`}>
        <AttachmentUpload purpose="registration" label={t("chain.refileProof")} />
      </Form.Item>
    </FormDialog>
  );
}

function RenewDialog({ record, open, onClose }: DialogProps) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(renewRegistration, { quiet: true, done: t("chain.submitted"), onDone: onClose });
  return (
    <FormDialog<HandlerValues & { proof_attachment_id: string }>
      open={open}
      title={t("chain.renew")}
      confirm={t("ui.submit")}
      busy={act.isPending}
      error={act.error}
      onAct={({ handler, ...v }) => act.mutate({ id: record.id, ...v, handler: handlerFields(handler) })}
      onClose={onClose}
    >
      <HandlerFields />
      <Form.Item name="proof_attachment_id" label={t("chain.letter")} rules={must(t("chain.letter"))}>
        <AttachmentUpload purpose="registration" label={t("chain.letter")} />
      </Form.Item>
    </FormDialog>
  );
}
