import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { acknowledgeRule, type CarrierRule, carrierRulesQuery, publishRule, type RuleWish } from "@/api/sending";
import { useText } from "@/i18n";
import { carrierNames } from "@/parts/chain/names";
import { useSession } from "@/session/session";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Loaded } from "@/ui/Loading";
import { nameOf, optionsOf } from "@/ui/names";
import { Empty, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";

/** Carriers' rules in versions, and who has read the newest. */
export function RulesTab() {
  const { t } = useText();
  const { can } = useSession();
  const query = useQuery(carrierRulesQuery);
  const [writing, setWriting] = useState(false);
  return (
    <>
      {can("carrier.order") && (
        <p>
          <Button onClick={() => setWriting(true)}>{t("sending.newRule")}</Button>
        </p>
      )}
      <Loaded query={query}>
        {(rules) =>
          (rules.items ?? []).length === 0 ? (
            <Empty why={t("sending.noRules")} />
          ) : (
            (rules.items ?? []).map((r) => <Rule key={r.id} rule={r} />)
          )
        }
      </Loaded>
      {writing && <RuleDialog onClose={() => setWriting(false)} />}
    </>
  );
}

function Rule({ rule }: { rule: CarrierRule }) {
  const { t } = useText();
  const act = useAct((id: string, key: string) => acknowledgeRule(id, key), { done: t("sending.acknowledged") });
  const readers = rule.acks ?? [];
  return (
    <Panel
      title={`${nameOf(carrierNames, rule.carrier, t)} · ${rule.title} · ${t("sending.version", { n: rule.version })}`}
      extra={
        !rule.newest ? (
          <span className="state" data-tone="idle">
            {t("sending.replaced")}
          </span>
        ) : rule.mine ? (
          <span className="state" data-tone="ok">
            {t("sending.acknowledged")}
          </span>
        ) : (
          <Button size="small" type="primary" loading={act.isPending} onClick={() => act.mutate(rule.id)}>
            {t("sending.acknowledge")}
          </Button>
        )
      }
    >
      <p className="meta">
        {t("sending.source")} {rule.source} · {t("sending.inForceOn")} {rule.in_force_on} ·{" "}
        <span title={readers.map((a) => a.name).join("、")}>{t("sending.readers", { n: readers.length })}</span>
      </p>
      {rule.newest && <p className="prose">{rule.body}</p>}
    </Panel>
  );
}

type Fields = Omit<RuleWish, "in_force_on"> & { in_force_on: Dayjs };

function RuleDialog({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(publishRule, { done: t("sending.rulePublished"), onDone: onClose, quiet: true });
  return (
    <FormDialog<Fields>
      open
      title={t("sending.newRule")}
      sentence={t("sending.ruleSentence")}
      confirm={t("sending.newRule")}
      busy={act.isPending}
      error={act.error}
      onAct={({ in_force_on, ...v }) => act.mutate({ ...v, in_force_on: in_force_on.format("YYYY-MM-DD") })}
      onClose={onClose}
    >
      <Form.Item name="carrier" label={t("sending.carrier")} rules={must(t("sending.carrier"))}>
        <Select options={optionsOf(carrierNames, t)} />
      </Form.Item>
      <Form.Item name="title" label={t("sending.ruleTitle")} rules={must(t("sending.ruleTitle"))}>
        <Input maxLength={191} />
      </Form.Item>
      <Form.Item name="source" label={t("sending.source")} rules={must(t("sending.source"))}>
        <Input maxLength={191} />
      </Form.Item>
      <Form.Item name="in_force_on" label={t("sending.inForceOn")} rules={must(t("sending.inForceOn"))}>
        <DatePicker style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="body" label={t("sending.ruleBody")} rules={must(t("sending.ruleBody"))}>
        <Input.TextArea rows={8} maxLength={50_000} />
      </Form.Item>
    </FormDialog>
  );
}
