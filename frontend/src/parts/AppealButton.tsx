import { Button } from "antd";
import { useState } from "react";
import type { Appeal } from "@/api/complaints";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { AppealDialog } from "./AppealDialog";

type Props = { kind: Appeal["kind"]; objectId: string; title: string; small?: boolean };

/** The way to object, beside what was refused, suspended or restricted; for who may appeal. */
export function AppealButton({ kind, objectId, title, small }: Props) {
  const { t } = useText();
  const { can } = useSession();
  const [open, setOpen] = useState(false);
  if (!can("appeal.file")) return null;
  return (
    <>
      <Button size={small ? "small" : undefined} onClick={() => setOpen(true)}>
        {t("appeal.file")}
      </Button>
      <AppealDialog open={open} kind={kind} objectId={objectId} title={title} onClose={() => setOpen(false)} />
    </>
  );
}
