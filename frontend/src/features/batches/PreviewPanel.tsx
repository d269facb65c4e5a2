import { ExclamationCircleOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Select, Switch } from "antd";
import { useState } from "react";
import { type Choice, completeUpload, type Preview, previewQuery } from "@/api/batch-uploads";
import type { Batch, BatchMode } from "@/api/batches";
import { useText } from "@/i18n";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { choose, purposeOf, usesFor } from "./columns";
import { VariableMap } from "./VariableMap";

/** What the file becomes: the columns as they were guessed or are chosen here, and the first messages as people get them. */
export function PreviewPanel({ batch }: { batch: Batch }) {
  const { t, pick } = useText();
  const [choice, setChoice] = useState<Choice | null>(null);
  const query = useQuery({ ...previewQuery(batch.id, choice), placeholderData: keepPreviousData });
  const submit = useAct(completeUpload, { touches: [["batches"]] }); // not the preview: what it shows is no upload any more
  return (
    <Panel
      flush
      title={t("batch.preview.title")}
      extra={
        <Button
          type="primary"
          disabled={!query.isSuccess || query.isPlaceholderData || query.data.problem !== null}
          loading={submit.isPending}
          onClick={() => submit.mutate({ id: batch.id, choice })}
        >
          {t("batch.preview.submit")}
        </Button>
      }
    >
      <Loaded query={query}>
        {(p) => (
          <>
            {p.problem && (
              <div className="error-note" role="alert">
                <ExclamationCircleOutlined aria-hidden />
                <p>
                  {pick(p.problem.detail, p.problem.detail_en)} {p.columns?.length ? t("batch.preview.choose") : null}
                </p>
              </div>
            )}
            {(p.unread_sheets ?? []).length > 0 && (
              <div className="error-note" role="alert">
                <ExclamationCircleOutlined aria-hidden />
                <p>{t("batch.preview.unread", { sheets: (p.unread_sheets ?? []).join("、") })}</p>
              </div>
            )}
            {p.columns?.length ? <Found preview={p} onHeader={(header) => setChoice({ ...choose(p, -1, ""), header })} /> : null}
            <VariableMap batch={batch} preview={p} />
            {p.columns?.length ? (
              <PreviewTable preview={p} mode={batch.mode} onChoose={(i, use) => setChoice(choose(p, i, use))} />
            ) : null}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

/** What the file was found to be, and whether its first row names the columns. */
function Found({ preview: p, onHeader }: { preview: Preview; onHeader: (header: boolean) => void }) {
  const { t } = useText();
  return (
    <p className="preview-head">
      <span>{t("batch.preview.found", { format: p.format.toUpperCase(), encoding: p.encoding.toUpperCase() })}</span>
      <span className="num">
        {t("batch.preview.good", { good: formatCount(p.good), sampled: formatCount(p.sampled) })}
        {p.estimated_rows > 0 && t("batch.preview.about", { rows: formatCount(p.estimated_rows) })}
      </span>
      <Switch
        size="small"
        checked={p.header}
        aria-label={t("batch.preview.header")}
        disabled={p.format === "jsonl"}
        onChange={onHeader}
      />
      <span>{t("batch.preview.header")}</span>
    </p>
  );
}

type TableProps = { preview: Preview; mode: string; onChoose: (column: number, use: string) => void };

function PreviewTable({ preview: p, mode, onChoose }: TableProps) {
  const { t, pick } = useText();
  const columns = p.columns ?? [];
  const uses = usesFor(mode as BatchMode, p.variables ?? [], t);
  return (
    <div className="table-wrap">
      <table className="table plain preview" aria-label={t("batch.preview.title")}>
        <thead>
          <tr>
            <th scope="col" data-numeric>
              {t("batch.line")}
            </th>
            {columns.map((c, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name; two may be called alike
              <th scope="col" key={i}>
                <span className="meta">{c.name}</span>
                <Select
                  size="small"
                  aria-label={t("batch.columns.use", { name: c.name })}
                  value={purposeOf(c)}
                  options={uses}
                  onChange={(use) => onChoose(i, use)}
                  popupMatchSelectWidth={false}
                />
              </th>
            ))}
            <th scope="col">{t("batch.preview.message")}</th>
            <th scope="col" data-numeric>
              {t("batch.counts.parts")}
            </th>
          </tr>
        </thead>
        <tbody>
          {(p.rows ?? []).map((row) => (
            <tr key={row.line}>
              <td data-numeric>{formatCount(row.line)}</td>
              {columns.map((_, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells stand by their columns
                <td key={i} className="quiet">
                  {row.cells?.[i]}
                </td>
              ))}
              <td>
                {row.code ? (
                  <span className="bad-row">
                    <ExclamationCircleOutlined aria-hidden /> {pick(row.reason, row.reason_en)}
                  </span>
                ) : (
                  row.text && (
                    <>
                      <span className="num meta">{row.phone}</span> <span className="message">{row.text}</span>
                    </>
                  )
                )}
              </td>
              <td data-numeric>{row.parts > 0 && formatCount(row.parts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
