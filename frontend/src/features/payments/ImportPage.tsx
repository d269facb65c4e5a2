import { UploadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { AutoComplete, Button } from "antd";
import { useRef, useState } from "react";
import { type BankLook, bankAccountsQuery, importBankFile, lookAtBankFile, type Mapping } from "@/api/bank";
import { useText } from "@/i18n";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { ErrorNote } from "@/ui/ErrorNote";
import { formatYuan } from "@/ui/money";
import { Page, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { LookResult } from "./LookResult";
import { MappingFields } from "./MappingFields";
import "./bank.css";

/** A statement is read at once; its columns are shown and confirmed, every doubt has its line, and only then it is stored. */
export function ImportPage() {
  const { t } = useText();
  const navigate = useNavigate();
  const accounts = useQuery(bankAccountsQuery);
  const input = useRef<HTMLInputElement>(null);
  const [account, setAccount] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [over, setOver] = useState(false);
  const [mapping, setMapping] = useState<Mapping | undefined>();
  const [confirming, setConfirming] = useState(false);
  const look = useAct((v: { file: File; account: string; mapping?: Mapping }) => lookAtBankFile(v), {
    quiet: true,
    touches: [],
    onDone: (l: BankLook) => setMapping(l.columns.length > 0 ? l.mapping : undefined),
  });
  const done = useAct((v: { file: File; account: string; mapping?: Mapping }) => importBankFile(v), {
    quiet: true,
    done: (i) => t("bank.imported", { fresh: i.fresh, known: i.known }),
    onDone: () => void navigate({ to: "/bank-lines" }),
  });
  const read = (f: File, m?: Mapping) => {
    setFile(f);
    done.reset();
    look.mutate({ file: f, account, mapping: m });
  };
  const l = look.data;
  const changed = l && mapping && JSON.stringify(mapping) !== JSON.stringify(l.mapping);
  return (
    <Page title={t("nav.importBank")} crumbs={[{ label: t("nav.bankLines"), to: "/bank-lines" }]}>
      <Panel>
        <div className="stack" style={{ maxWidth: 360, gap: 4 }}>
          <span className="meta">{t("bank.account")}</span>
          <AutoComplete
            value={account}
            onChange={setAccount}
            placeholder={t("bank.accountHint")}
            options={(accounts.data?.items ?? []).map((a) => ({ value: a.number }))}
            aria-label={t("bank.account")}
          />
        </div>
        <fieldset
          className="drop"
          style={{ marginTop: 12 }}
          data-over={over || undefined}
          onDragOver={(e) => {
            e.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(e) => {
            e.preventDefault();
            setOver(false);
            const f = e.dataTransfer.files[0];
            if (f) read(f);
          }}
        >
          <input
            ref={input}
            className="sr-only"
            type="file"
            accept=".csv,.txt,.xlsx,.sta,.940,.mt940,.xml"
            aria-label={t("bank.choose")}
            onChange={(e) => {
              const f = e.target.files?.[0];
              if (f) read(f);
              e.target.value = "";
            }}
          />
          <Button icon={<UploadOutlined />} loading={look.isPending} onClick={() => input.current?.click()}>
            {t("bank.choose")}
          </Button>
          <span className="meta">{t("bank.drop")}</span>
          <span className="meta">{t("bank.importHint")}</span>
          {file && <b>{file.name}</b>}
        </fieldset>
        <ErrorNote error={look.error} />
      </Panel>
      {l && !look.error && (
        <>
          {l.columns.length > 0 && mapping && (
            <Panel
              title={t("bank.columns")}
              extra={
                changed && (
                  <Button size="small" loading={look.isPending} onClick={() => file && read(file, mapping)}>
                    {t("bank.again")}
                  </Button>
                )
              }
            >
              <p className="meta" style={{ marginBottom: 8 }}>
                {l.guessed || l.saved_by === "" ? t("bank.columnsGuessed") : t("bank.columnsSaved", { by: l.saved_by })}
              </p>
              <MappingFields columns={l.columns} value={mapping} onChange={setMapping} />
            </Panel>
          )}
          <LookResult look={l} />
          <ErrorNote error={done.error} />
          <div className="actions">
            <Button onClick={() => void navigate({ to: "/bank-lines" })}>{t("ui.cancel")}</Button>
            <Button
              type="primary"
              disabled={l.problem_count > 0 || l.problems.length > 0 || l.fresh === 0 || !!changed}
              onClick={() => setConfirming(true)}
            >
              {t("bank.confirmImport", { count: l.fresh })}
            </Button>
          </div>
          <ConfirmTotals
            open={confirming}
            title={t("bank.import")}
            sentence={t("bank.importSentence", { count: l.fresh, in: formatYuan(l.in_fen), out: formatYuan(l.out_fen) })}
            lines={[
              { label: t("bank.account"), value: l.bank_account },
              { label: t("bank.period"), value: `${l.from ?? ""} – ${l.to ?? ""}` },
              { label: t("bank.known"), value: String(l.known) },
            ]}
            confirm={t("bank.import")}
            busy={done.isPending}
            onConfirm={() => file && done.mutate({ file, account, mapping }, { onSettled: () => setConfirming(false) })}
            onCancel={() => setConfirming(false)}
          />
        </>
      )}
    </Page>
  );
}
