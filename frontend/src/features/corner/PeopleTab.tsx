import { PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Form, Input } from "antd";
import { useState } from "react";
import { actOnMember, addPerson, type Member, type MemberAct, type Part, parts, peopleQuery, setParts } from "@/api/corner";
import { allows } from "@/api/types";
import { type TextKey, useText } from "@/i18n";
import { useSession } from "@/session/session";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { partNames } from "./names";
import { SecretDialog } from "./SecretDialog";

const acts: readonly { act: MemberAct; text: TextKey; sentence: TextKey }[] = [
  { act: "reset-password", text: "corner.reset", sentence: "corner.resetPerson" },
  { act: "freeze", text: "corner.freeze", sentence: "corner.freezePerson" },
  { act: "unfreeze", text: "corner.unfreeze", sentence: "corner.unfreeze" },
];

export function PeopleTab() {
  const { t } = useText();
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<Member | null>(null);
  const [asking, setAsking] = useState<{ member: Member; act: (typeof acts)[number] } | null>(null);
  const [secret, setSecret] = useState<{ name: string; value: string } | null>(null);
  const told = (m: Member) => {
    setAdding(false);
    setAsking(null);
    if (m.password) setSecret({ name: m.login, value: m.password });
  };
  const add = useAct(addPerson, { onDone: told, quiet: true });
  const change = useAct(setParts, { onDone: () => setChanging(null) });
  const act = useAct(actOnMember, { onDone: told });
  const columns: Column<Member>[] = [
    { key: "login", title: t("corner.login"), always: true, render: (m) => <code className="mono">{m.login}</code> },
    { key: "name", title: t("corner.personName"), render: (m) => m.name },
    {
      key: "parts",
      title: t("corner.parts"),
      render: (m) => (m.parts ?? []).map((p) => t(partNames[p as Part])).join("、") || t("corner.looks"),
    },
    { key: "state", title: t("ui.state"), render: (m) => <StateTag kind="user" state={m.state} /> },
    { key: "last", title: t("corner.lastSignIn"), render: (m) => <Instant at={m.last_sign_in_at} /> },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (m) => (
        <span className="row-actions">
          {allows(m, "parts") && (
            <Button size="small" onClick={() => setChanging(m)}>
              {t("corner.setParts")}
            </Button>
          )}
          {acts
            .filter((a) => allows(m, a.act))
            .map((a) => (
              <Button key={a.act} size="small" danger={a.act === "freeze"} onClick={() => setAsking({ member: m, act: a })}>
                {t(a.text)}
              </Button>
            ))}
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        id="own-people"
        label={t("corner.people")}
        columns={columns}
        query={peopleQuery}
        rowKey={(m) => m.id}
        embedded
        toolbar={
          can("corner.manage") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
              {t("corner.addPerson")}
            </Button>
          )
        }
        empty={{ why: t("corner.people") }}
      />
      <FormDialog<{ login: string; name: string; parts: Part[] }>
        open={adding}
        title={t("corner.addPerson")}
        confirm={t("corner.addPerson")}
        busy={add.isPending}
        error={add.error}
        initial={{ parts: ["submitter"] }}
        onAct={(v) => add.mutate(v)}
        onClose={() => setAdding(false)}
      >
        <PersonFields />
        <PartsField />
      </FormDialog>
      <FormDialog<{ parts: Part[] }>
        open={changing !== null}
        title={`${t("corner.setParts")} · ${changing?.name ?? ""}`}
        confirm={t("corner.setParts")}
        busy={change.isPending}
        initial={{ parts: changing?.parts ?? [] }}
        onAct={(v) => changing && change.mutate({ id: changing.id, parts: v.parts })}
        onClose={() => setChanging(null)}
      >
        <PartsField />
      </FormDialog>
      <ConfirmTotals
        open={asking !== null}
        title={asking ? t(asking.act.text) : ""}
        sentence={asking && t(asking.act.sentence, { name: asking.member.name })}
        confirm={asking ? t(asking.act.text) : ""}
        danger={asking?.act.act === "freeze"}
        busy={act.isPending}
        onConfirm={() => asking && act.mutate({ id: asking.member.id, act: asking.act.act })}
        onCancel={() => setAsking(null)}
      />
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

function PersonFields() {
  const { t } = useText();
  const must = useMust();
  return (
    <>
      <Form.Item name="login" label={t("corner.login")} rules={must(t("corner.login"))}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="name" label={t("corner.personName")} rules={must(t("corner.personName"))}>
        <Input maxLength={100} />
      </Form.Item>
    </>
  );
}

function PartsField() {
  const { t } = useText();
  return (
    <Form.Item name="parts" label={t("corner.parts")}>
      <Checkbox.Group options={parts.map((p) => ({ value: p, label: t(partNames[p]) }))} />
    </Form.Item>
  );
}
