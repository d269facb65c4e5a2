import { useNavigate } from "@tanstack/react-router";
import { App, Button } from "antd";
import { type OpenDoc, removeRule, rulesKey } from "@/api/rules";
import { useText } from "@/i18n";
import { useAct } from "@/ui/use-act";

type Props = { doc?: OpenDoc; may: boolean; dirty: boolean; saving: boolean; version: number; onSave: () => void };

/** Save, take back, delete: what may be done with one document. */
export function RuleActions({ doc, may, dirty, saving, version, onSave }: Props) {
  const { t } = useText();
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const remove = useAct(removeRule, { touches: [rulesKey] });
  if (!may && doc?.change !== "deleted") return null;
  const take = (how: "delete" | "restore") =>
    doc &&
    remove.mutate(
      { key: doc.key, how, version },
      {
        onSuccess: () => {
          void message.success(t(how === "delete" ? "rules.done.removed" : "rules.done.restored"));
          if (how === "delete" || doc.change === "added") void navigate({ to: "/rules" });
        },
      },
    );
  return (
    <>
      {doc && doc.change !== "" && doc.draft_state !== "submitted" && (
        <Button onClick={() => take("restore")} loading={remove.isPending}>
          {t("rules.act.restore")}
        </Button>
      )}
      {doc && doc.kind !== "settings" && doc.change !== "deleted" && doc.change !== "added" && (
        <Button
          danger
          onClick={() =>
            void modal.confirm({
              title: t("rules.act.delete"),
              content: t("rules.confirm.delete"),
              okText: t("rules.act.delete"),
              cancelText: t("ui.cancel"),
              okButtonProps: { danger: true },
              onOk: () => take("delete"),
            })
          }
        >
          {t("rules.act.delete")}
        </Button>
      )}
      {doc?.change !== "deleted" && (
        <Button type="primary" disabled={!dirty} loading={saving} onClick={onSave}>
          {t("rules.act.save")} <kbd>Ctrl S</kbd>
        </Button>
      )}
    </>
  );
}
