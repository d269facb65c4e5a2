import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { asideQuery, discardChunk } from "@/api/batch-uploads";
import type { Batch } from "@/api/batches";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { formatCount } from "@/ui/money";
import { Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";

/** Chunks that failed again and again: what happened, and leaving them out so that the rest goes on. */
export function Aside({ batch }: { batch: Batch }) {
  const { t } = useText();
  const { data } = useQuery(asideQuery(batch.id));
  const [leaving, setLeaving] = useState<number | null>(null);
  const discard = useAct(discardChunk, { done: t("batch.act.done"), onDone: () => setLeaving(null) });
  if (!data?.items?.length) return null;
  return (
    <Panel flush title={t("batch.aside.title")}>
      <table className="table plain" aria-label={t("batch.aside.title")}>
        <thead>
          <tr>
            <th scope="col">{t("batch.aside.messages")}</th>
            <th scope="col" data-numeric>
              {t("batch.aside.tries")}
            </th>
            <th scope="col">{t("batch.problem")}</th>
            <th scope="col">{t("ui.actions")}</th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((c) => (
            <tr key={c.seq}>
              <td className="num">
                {formatCount(c.first_message)}–{formatCount(c.first_message + c.messages - 1)}
              </td>
              <td data-numeric>{c.tries}</td>
              <td className="mono quiet">{c.last_error.split("\n")[0]}</td>
              <td>
                {allows(batch, "discard") && (
                  <Button size="small" danger onClick={() => setLeaving(c.seq)}>
                    {t("batch.aside.discard")}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <AskReason
        open={leaving !== null}
        title={t("batch.aside.discard")}
        confirm={t("batch.aside.discard")}
        hint={t("batch.aside.hint")}
        danger
        busy={discard.isPending}
        onAct={(reason) => leaving !== null && discard.mutate({ id: batch.id, chunk: leaving, reason })}
        onClose={() => setLeaving(null)}
      />
    </Panel>
  );
}
