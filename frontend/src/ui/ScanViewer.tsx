import { ExpandOutlined, RotateRightOutlined, ZoomInOutlined, ZoomOutOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type KeyboardEvent, useEffect, useState } from "react";
import { attachmentHref } from "@/api/attachments";
import { useText } from "@/i18n";
import { Loaded } from "./Loading";
import "./scan.css";

const steps = [0.5, 0.75, 1, 1.5, 2, 3, 4];

/** A scan beside what it proves. Pictures zoom and turn by buttons and keys; a PDF is shown by the browser's own viewer. */
export function ScanViewer({ id, label }: { id: string; label: string }) {
  const query = useQuery({
    queryKey: ["scan", id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const answer = await fetch(`${attachmentHref(id)}/view`, { signal, credentials: "same-origin" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      return answer.blob();
    },
  });
  return <Loaded query={query}>{(blob) => <Shown key={id} id={id} blob={blob} label={label} />}</Loaded>;
}

function Shown({ id, blob, label }: { id: string; blob: Blob; label: string }) {
  const { t } = useText();
  const [zoom, setZoom] = useState(1);
  const [turn, setTurn] = useState(0);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (blob.type === "application/pdf")
    return <iframe className="scan-paper" src={`${attachmentHref(id)}/view#toolbar=1&view=FitH`} title={label} />;
  const by = (n: number) => setZoom((z) => steps[Math.min(Math.max(steps.indexOf(z) + n, 0), steps.length - 1)] ?? 1);
  const reset = () => {
    setZoom(1);
    setTurn(0);
  };
  const acts: Record<string, () => void> = {
    "+": () => by(1),
    "=": () => by(1),
    "-": () => by(-1),
    ".": () => setTurn((d) => d + 90),
    "0": reset,
  };
  const press = (e: KeyboardEvent) => {
    const act = acts[e.key];
    if (!act || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    act();
  };
  return (
    <section className="scan" aria-label={label} onKeyDown={press}>
      <div className="scan-tools">
        <Button size="small" icon={<ZoomInOutlined />} aria-label={t("chain.scan.zoomIn")} onClick={() => by(1)} />
        <Button size="small" icon={<ZoomOutOutlined />} aria-label={t("chain.scan.zoomOut")} onClick={() => by(-1)} />
        <Button
          size="small"
          icon={<RotateRightOutlined />}
          aria-label={t("chain.scan.rotate")}
          onClick={() => setTurn((d) => d + 90)}
        />
        <Button size="small" icon={<ExpandOutlined />} aria-label={t("chain.scan.fit")} onClick={reset} />
        <span className="meta">
          {Math.round(zoom * 100)}% · {t("chain.scan.keys")}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="scan-sheet" tabIndex={0} aria-label={label}>
        {url && <img src={url} alt={label} style={{ width: `${zoom * 100}%`, transform: `rotate(${turn}deg)` }} />}
      </section>
    </section>
  );
}
