import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Radio } from "antd";
import { useState } from "react";
import { type Desk, deskQuery, type Look, lookAt } from "@/api/review";
import { useText } from "@/i18n";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { formatInstant } from "@/ui/time";
import { useAct } from "@/ui/use-act";

const purposes = ["complaint", "appeal", "authority", "audit"] as const;

/** Why the texts are not shown, who has the batch and until when, and how somebody who does not review it may look at them. */
export function Withheld({ data }: { data: Desk }) {
  const { t } = useText();
  const batch = data.batch.id;
  const { claim } = data;
  const free = data.available_actions?.includes("claim") ?? false;
  const must = useMust();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const look = useAct((v: Look) => lookAt(batch, v), {
    quiet: true,
    touches: [],
    onDone: (desk) => {
      client.setQueryData(deskQuery(batch).queryKey, desk);
      setOpen(false);
    },
  });
  return (
    <p className="warn-note">
      {claim && <b>{t("review.heldBy", { name: claim.user_name, at: formatInstant(claim.expires_at).slice(11) })} </b>}
      {t(free ? "review.withheldFree" : "review.withheld")}{" "}
      <Button size="small" onClick={() => setOpen(true)}>
        {t("review.showTexts")}
      </Button>
      <FormDialog<Look>
        open={open}
        title={t("review.showTexts")}
        confirm={t("review.showTexts")}
        busy={look.isPending}
        error={look.error}
        initial={{ purpose: "audit" }}
        onAct={(v) => look.mutate(v)}
        onClose={() => {
          look.reset();
          setOpen(false);
        }}
      >
        <Form.Item name="purpose" label={t("review.purposeLabel")}>
          <Radio.Group options={purposes.map((p) => ({ value: p, label: t(`review.purpose.${p}`) }))} />
        </Form.Item>
        <Form.Item name="why" label={t("ui.reason")} rules={must(t("ui.reason"))}>
          <Input maxLength={200} />
        </Form.Item>
      </FormDialog>
    </p>
  );
}
