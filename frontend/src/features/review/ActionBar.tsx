import { Button, Checkbox, Input, Switch } from "antd";
import type { Desk } from "@/api/review";
import { useText } from "@/i18n";
import { setPrefs, usePrefs } from "@/session/prefs";
import { useSession } from "@/session/session";
import { formatCount } from "@/ui/money";
import { formatCountdown } from "@/ui/time";
import type { DeskDialog } from "./Dialogs";
import { useReasonName } from "./reasons";
import type { DeskControl } from "./use-desk";
import { leaseLeft, undoTime, useNow } from "./use-now";

type Props = { data: Desk; desk: DeskControl; onHelp: () => void; onDialog: (what: DeskDialog) => void };

/** Always at the same place; each button shows its key. What is not allowed now is not shown. */
export function ActionBar({ data, desk, onHelp, onDialog }: Props) {
  const { t } = useText();
  const { can } = useSession();
  const { reviewKeys } = usePrefs();
  const now = useNow();
  const { manifest } = data.progress;
  const undoLeft = undoTime(manifest?.not_before, now);
  const lease = leaseLeft(data.claim?.expires_at, now);
  const what = desk.target.group ? t("review.messages", { count: formatCount(desk.target.group.messages) }) : t("review.whole");
  return (
    <section className="desk-bar" aria-label={t("review.act.bar")}>
      {desk.chosen && <Reasons desk={desk} />}
      <div className="desk-actions">
        {manifest ? (
          <>
            <span role="status">
              {t("review.frozen", { approved: formatCount(manifest.approved), refused: formatCount(manifest.refused) })}
            </span>
            {desk.may("undo") && undoLeft > 0 && (
              <Button onClick={() => desk.undo()} loading={desk.busy}>
                {t("review.act.undoIn", { left: formatCountdown(undoLeft) })} <kbd>Z</kbd>
              </Button>
            )}
          </>
        ) : (
          <>
            {desk.may("decide") && (
              <>
                <span className="quiet">{t("review.act.target", { what })}</span>
                <Button className="approve" disabled={desk.busy} onClick={desk.approve}>
                  {t("review.act.approve")} <kbd>A</kbd>
                </Button>
                <Button danger disabled={desk.busy} aria-expanded={desk.chosen !== null} onClick={() => desk.askReasons()}>
                  {t("review.act.refuse")} <kbd>R</kbd>
                </Button>
              </>
            )}
            {(desk.may("finish") || desk.may("confirm")) && (
              <Button type="primary" loading={desk.busy} onClick={() => desk.finish()}>
                {t(desk.may("confirm") ? "review.act.confirm" : "review.act.finish")} <kbd>↵</kbd>
              </Button>
            )}
            {desk.may("claim") && !desk.mine && (
              <Button onClick={desk.claim}>
                {t("review.act.claim")} <kbd>T</kbd>
              </Button>
            )}
            {desk.may("escalate") && (
              <Button disabled={desk.busy} onClick={() => onDialog("escalate")}>
                {t("review.act.escalate")} <kbd>E</kbd>
              </Button>
            )}
            {can("takedown.begin") && !data.queued.own && (
              <Button danger type="text" onClick={() => onDialog("takedown")}>
                {t("review.act.takedown")} <kbd>X</kbd>
              </Button>
            )}
            {desk.may("hand_over") && (
              <Button type="text" onClick={() => onDialog("handOver")}>
                {t("review.act.handOver")} <kbd>H</kbd>
              </Button>
            )}
            {desk.may("release") && (
              <Button type="text" onClick={desk.release}>
                {t("review.act.release")} {lease > 0 && <span className="num meta">{formatCountdown(lease)}</span>} <kbd>L</kbd>
              </Button>
            )}
            {!data.available_actions?.length && <span className="quiet">{t("review.noAction")}</span>}
          </>
        )}
        <span className="desk-steps">
          <Button type="text" onClick={desk.previous} disabled={desk.target.position === 0}>
            {t("review.act.previous")} <kbd>K</kbd>
          </Button>
          <Button type="text" onClick={desk.next} disabled={desk.target.position >= desk.groups.length}>
            {t("review.act.next")} <kbd>J</kbd>
          </Button>
          <span className="meta">
            <Switch
              size="small"
              checked={reviewKeys}
              onChange={(on) => setPrefs({ reviewKeys: on })}
              aria-label={t("review.keysOn")}
              title={t("review.keysOn")}
            />
          </span>
          <Button type="text" aria-label={t("review.act.help")} onClick={onHelp}>
            <kbd>?</kbd>
          </Button>
        </span>
      </div>
    </section>
  );
}

function Reasons({ desk }: { desk: DeskControl }) {
  const { t } = useText();
  const reasonName = useReasonName();
  return (
    <fieldset className="desk-reasons">
      <legend>
        {t("review.reasons")} <span className="meta">{t("review.reasonsHint")}</span>
      </legend>
      {desk.offered.map((code, i) => (
        <Checkbox key={code} checked={desk.chosen?.includes(code)} onChange={() => desk.toggleReason(code)}>
          <kbd>{i + 1}</kbd> {reasonName(code)} <code className="mono meta">{code}</code>
        </Checkbox>
      ))}
      <Input
        aria-label={t("review.note")}
        placeholder={t("review.note")}
        value={desk.note}
        maxLength={500}
        onChange={(e) => desk.setNote(e.target.value)}
        onPressEnter={() => desk.refuse()}
      />
      <Button danger type="primary" disabled={!desk.chosen?.length} loading={desk.busy} onClick={() => desk.refuse()}>
        {t("review.act.refuse")} <kbd>↵</kbd>
      </Button>
      <Button onClick={desk.cancelReasons}>{t("ui.cancel")}</Button>
    </fieldset>
  );
}
