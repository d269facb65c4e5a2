import { DeleteOutlined, EditOutlined, ExclamationCircleOutlined, PlusCircleOutlined } from "@ant-design/icons";
import { useText } from "@/i18n";
import { nameOf } from "@/ui/names";
import { changeNames } from "./names";

const looks = {
  added: { tone: "ok", icon: PlusCircleOutlined },
  changed: { tone: "busy", icon: EditOutlined },
  deleted: { tone: "bad", icon: DeleteOutlined },
  removed: { tone: "bad", icon: DeleteOutlined },
} as const;

/** What the draft does to a document, and whether its last text has faults. */
export function ChangeTag({ change, waiting }: { change: string; waiting?: boolean }) {
  const { t } = useText();
  const look = looks[change as keyof typeof looks];
  const Icon = look?.icon;
  return (
    <>
      {look && (
        <span className="state" data-tone={look.tone}>
          {Icon && <Icon aria-hidden />} {nameOf(changeNames, change, t)}
        </span>
      )}
      {waiting && (
        <span className="state" data-tone="bad">
          <ExclamationCircleOutlined aria-hidden /> {t("rules.change.waiting")}
        </span>
      )}
    </>
  );
}
