import { Button } from "antd";
import { useText } from "@/i18n";
import { formatCountdown } from "@/ui/time";
import type { Finished } from "./use-finished";
import { undoTime, useNow } from "./use-now";

/** A finished review can be taken back for ten seconds, also when the next batch is on the desk already. */
export function JustFinished({ finished, onUndo }: { finished: Finished; onUndo: () => void }) {
  const { t } = useText();
  const left = undoTime(finished.until, useNow());
  if (left <= 0) return null;
  return (
    <p className="just-finished" role="status">
      {t("review.justFinished", { number: finished.number })}
      <Button size="small" onClick={onUndo}>
        {t("review.act.undoIn", { left: formatCountdown(left) })} <kbd>Z</kbd>
      </Button>
    </p>
  );
}
