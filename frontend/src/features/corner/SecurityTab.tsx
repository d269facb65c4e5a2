import { LockOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Switch } from "antd";
import { useState } from "react";
import { freezeCompany, freezeSelf, type Settings, saveSettings, settingsQuery } from "@/api/corner";
import { type TextKey, useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useSession } from "@/session/session";
import { Loaded } from "@/ui/Loading";
import { Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import "./corner.css";

const rules: readonly { key: "needs_release" | "needs_check"; text: TextKey }[] = [
  { key: "needs_release", text: "corner.needsRelease" },
  { key: "needs_check", text: "corner.needsCheck" },
];

export function SecurityTab() {
  const { t } = useText();
  const { can } = useSession();
  const query = useQuery(settingsQuery);
  return (
    <div className="columns">
      <Panel title={t("corner.rules")}>
        <Loaded query={query}>{(settings) => <Rules settings={settings} />}</Loaded>
      </Panel>
      <div>
        <Brake title="corner.freezeSelf" hint="corner.freezeSelfHint" act={freezeSelf} />
        {can("corner.manage") && <Brake title="corner.freezeCompany" hint="corner.freezeCompanyHint" act={freezeCompany} />}
      </div>
    </div>
  );
}

function Rules({ settings }: { settings: Settings }) {
  const { t } = useText();
  const { can } = useSession();
  const save = useAct(saveSettings, { done: t("corner.saved") });
  return (
    <ul className="corner-rules">
      {rules.map((r) => (
        <li key={r.key}>
          <Switch
            aria-label={t(r.text)}
            disabled={!can("corner.manage")}
            loading={save.isPending}
            checked={settings[r.key]}
            onChange={(on) => save.mutate({ ...settings, [r.key]: on })}
          />
          <span>{t(r.text)}</span>
        </li>
      ))}
    </ul>
  );
}

/** One of the two ways to stop everything; afterwards nobody is signed in any more. */
function Brake({ title, hint, act }: { title: TextKey; hint: TextKey; act: (reason: string) => Promise<unknown> }) {
  const { t } = useText();
  const [asking, setAsking] = useState(false);
  const freeze = useAct(act, { onDone: () => window.location.assign("/") });
  return (
    <Panel title={t(title)}>
      <p className="meta corner-brake">{t(hint)}</p>
      <Button danger icon={<LockOutlined />} onClick={() => setAsking(true)}>
        {t(title)}
      </Button>
      <AskReason
        open={asking}
        title={t(title)}
        confirm={t(title)}
        hint={t(hint)}
        danger
        busy={freeze.isPending}
        onAct={(reason) => freeze.mutate(reason)}
        onClose={() => setAsking(false)}
      />
    </Panel>
  );
}
