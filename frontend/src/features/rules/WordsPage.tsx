import { UploadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { AutoComplete, Button, Checkbox, Input, Upload } from "antd";
import { useState } from "react";
import { importWords, previewWords, rulesKey, vocabularyQuery, type WordsPreview } from "@/api/rules";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { formatCount } from "@/ui/money";
import { Page, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { WordRows } from "./WordRows";
import "./rules.css";

/** Bytes as base64, whatever their encoding: the server finds that out. */
export function toBase64(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 0x8000) out += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(out);
}

/** A plain list: look at what it would hit before anything is changed, then put what is chosen into a bank of the draft. */
export function WordsPage() {
  const { t } = useText();
  const navigate = useNavigate();
  const vocabulary = useQuery(vocabularyQuery);
  const [text, setText] = useState("");
  const [file, setFile] = useState<{ name: string; data: string } | null>(null);
  const [bank, setBank] = useState("");
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const preview = useAct(previewWords, {
    quiet: true,
    touches: [],
    // What is too common, or there already, is left out unless somebody chooses it.
    onDone: (p) => setLeft(new Set((p.rows ?? []).filter((r) => r.too_common || r.known).map((r) => r.word))),
  });
  const take = useAct(importWords, {
    touches: [rulesKey],
    quiet: true,
    done: (r) => t("rules.done.imported", { count: formatCount(r.added) }),
    onDone: (r) => void navigate({ to: "/rules/$key", params: { key: r.saved.key } as never }),
  });
  const p: WordsPreview | undefined = preview.data;
  const count = (p?.words ?? 0) - left.size;
  const data = file?.data ?? toBase64(new TextEncoder().encode(text));
  return (
    <Page title={t("rules.words.title")} crumbs={[{ label: t("nav.rules"), to: "/rules" }]}>
      <Panel title={t("rules.words.source")}>
        <div className="words-source">
          <div>
            <label htmlFor="words-text">{t("rules.words.paste")}</label>
            <Input.TextArea
              id="words-text"
              autoSize={{ minRows: 4, maxRows: 10 }}
              disabled={file !== null}
              value={text}
              onChange={(e) => {
                setText(e.target.value);
                preview.reset();
              }}
            />
          </div>
          <div className="stack">
            <Upload
              accept=".txt,.csv,.tsv,text/plain"
              maxCount={1}
              beforeUpload={(f) => {
                void f.arrayBuffer().then((b) => setFile({ name: f.name, data: toBase64(new Uint8Array(b)) }));
                preview.reset();
                return false;
              }}
              onRemove={() => {
                setFile(null);
                preview.reset();
              }}
            >
              <Button icon={<UploadOutlined />}>{t("rules.words.file")}</Button>
            </Upload>
            <span className="meta">{t("rules.words.fileHint")}</span>
            <label htmlFor="words-bank">{t("rules.words.bank")}</label>
            <AutoComplete
              id="words-bank"
              value={bank}
              showSearch={{ filterOption: (typed, option) => option?.value.includes(typed) ?? false }}
              onChange={(b) => setBank(b.replace(/[^a-z0-9_.]/g, ""))}
              options={(vocabulary.data?.banks ?? []).map((value) => ({ value }))}
            />
            <span className="meta">{t("rules.words.bankHint")}</span>
            <Button
              type={p ? "default" : "primary"}
              disabled={!file && text.trim() === ""}
              loading={preview.isPending}
              onClick={() => preview.mutate({ data, bank: bank || undefined })}
            >
              {t("rules.words.preview")}
            </Button>
          </div>
        </div>
        <ErrorNote error={preview.error} />
      </Panel>
      {p && (
        <Panel
          flush
          title={t("rules.words.summary", { words: formatCount(p.words), lines: formatCount(p.lines), encoding: p.encoding })}
          extra={
            <Button
              type="primary"
              disabled={count === 0 || bank === ""}
              loading={take.isPending}
              onClick={() => take.mutate({ bank, data, leave_out: [...left] })}
            >
              {t("rules.words.import", { count: formatCount(count) })}
            </Button>
          }
        >
          <div className="words-sum">
            <p>
              {p.messages > 0
                ? t("rules.words.rate", { messages: formatCount(p.messages), hit: formatCount(p.hit) })
                : t("rules.words.noPast")}
            </p>
            {p.too_common > 0 && <p className="warn-note">{t("rules.words.common", { count: formatCount(p.too_common) })}</p>}
            {p.known > 0 && <p className="meta">{t("rules.words.known", { count: formatCount(p.known) })}</p>}
            <LeftOut preview={p} />
            <ErrorNote error={take.error} />
          </div>
          <WordRows
            rows={p.rows ?? []}
            left={left}
            onChoose={(word, chosen) =>
              setLeft((old) => {
                const next = new Set(old);
                if (chosen) next.delete(word);
                else next.add(word);
                return next;
              })
            }
          />
        </Panel>
      )}
    </Page>
  );
}

function LeftOut({ preview: p }: { preview: WordsPreview }) {
  const { t, pick } = useText();
  const [open, setOpen] = useState(false);
  if (p.left_out_count === 0) return null;
  return (
    <div>
      <Checkbox checked={open} onChange={(e) => setOpen(e.target.checked)}>
        {t("rules.words.left", { count: formatCount(p.left_out_count) })}
      </Checkbox>
      {open && (
        <ul className="words-left">
          {(p.left_out ?? []).slice(0, 100).map((l) => (
            <li key={l.line}>
              <span className="meta num">{t("rules.words.line", { line: l.line })}</span> {l.text}{" "}
              <span className="meta">{pick(l.zh, l.en)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
