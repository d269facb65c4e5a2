import { Tooltip } from "antd";
import { Fragment, useMemo } from "react";
import { type TextKey, useText } from "@/i18n";
import { type Hit, mark, type Segment, visible, type Weight } from "./segments";

const weightText: Readonly<Record<Weight, TextKey>> = { refuse: "ui.hit.refuse", hold: "ui.hit.hold", tag: "ui.hit.tag" };

type Props = {
  segments: readonly Segment[] | null | undefined;
  hits: readonly Hit[] | null | undefined;
  /** The number of the hit that the reviewer stands on. */
  current?: number;
  clamp?: boolean;
};

/** A message with its hits, numbered in reading order: a solid line under what refuses, a dashed one under what holds. */
export function HighlightedText({ segments, hits, current, clamp }: Props) {
  const { t } = useText();
  const marked = useMemo(() => mark(segments, hits), [segments, hits]);
  return (
    <p className="message" data-clamp={clamp || undefined} lang="zh-CN">
      {marked.map((piece, i) => {
        // biome-ignore-start lint/suspicious/noArrayIndexKey: the pieces of one text never move
        if (!piece.weight) return <Fragment key={i}>{visible(piece.text).map(seen)}</Fragment>;
        const title = [...new Set(piece.hits.map((h) => h.title || h.rule))].join("、");
        const terms = [...new Set(piece.hits.map((h) => h.term).filter(Boolean))].join("、");
        return (
          <Tooltip key={i} title={terms ? `${title} · ${terms}` : title}>
            <mark
              className="hit"
              data-weight={piece.weight}
              data-current={piece.number === current || undefined}
              data-hit={piece.number}
            >
              {visible(piece.text).map(seen)}
              <sup>{piece.number}</sup>
              <span className="sr-only">{t(weightText[piece.weight], { title })}</span>
            </mark>
          </Tooltip>
        );
        // biome-ignore-end lint/suspicious/noArrayIndexKey: the pieces of one text never move
      })}
    </p>
  );
}

const seen = (piece: { text: string; hidden?: string }, i: number) =>
  piece.hidden ? (
    <span key={i} className="unseen">
      {piece.hidden}
    </span>
  ) : (
    <Fragment key={i}>{piece.text}</Fragment>
  );
