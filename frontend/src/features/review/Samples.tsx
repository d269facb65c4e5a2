import { useInfiniteQuery } from "@tanstack/react-query";
import { type DeskGroup, deskMessagesQuery } from "@/api/review";
import { useText } from "@/i18n";
import { HighlightedText } from "@/ui/Highlighted";
import { Loaded } from "@/ui/Loading";
import { reasonsOf } from "@/ui/segments";
import type { DeskControl } from "./use-desk";

/** Single messages of a group, numbers masked; each can be decided by itself. */
export function Samples({ batch, group, desk }: { batch: string; group: DeskGroup; desk: DeskControl }) {
  const { t } = useText();
  const query = useInfiniteQuery(deskMessagesQuery(batch, group.id));
  const decides = desk.may("decide");
  return (
    <Loaded query={query} rows={2}>
      {(data) => (
        <ul className="desk-samples">
          {data.pages
            .flatMap((p) => p.items ?? [])
            .map((m) => (
              <li key={m.seq}>
                <span className="num">{m.phone}</span> <span className="meta">{t(`review.${m.outcome}`)}</span>
                <HighlightedText segments={m.segments} hits={m.hits} />
                {decides && (
                  <span className="row-actions">
                    <button type="button" className="link meta" onClick={() => desk.ruleMessage(m.seq, "approve")}>
                      {t("review.messageApprove")}
                    </button>
                    <button
                      type="button"
                      className="link meta"
                      onClick={() => {
                        const codes = [...new Set([...reasonsOf(m.hits ?? []), ...(group.reason_codes ?? [])])].slice(0, 9);
                        desk.ruleMessage(m.seq, "refuse", codes.length > 0 ? codes : ["OTHER.REVIEW"]);
                      }}
                    >
                      {t("review.messageRefuse")}
                    </button>
                  </span>
                )}
              </li>
            ))}
          {query.hasNextPage && (
            <button type="button" className="link meta" disabled={query.isFetching} onClick={() => void query.fetchNextPage()}>
              {t("review.moreSamples")}
            </button>
          )}
        </ul>
      )}
    </Loaded>
  );
}
