import { CheckCircleOutlined, ClockCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import type { Contract } from "@/api/contracts";
import { addContractFile, contractFilesQuery, type Evidence, evidenceQuery, proofHref } from "@/api/signing";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { AttachmentLink, AttachmentUpload } from "@/ui/Attachment";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Empty, Panel } from "@/ui/Page";
import { formatBytes } from "@/ui/time";
import { useAct } from "@/ui/use-act";
import "./life.css";
import "./signing.css";

/** Who has signed how, what proves it, and every file of the contract. */
export function SigningTab({ contract }: { contract: Contract }) {
  const { t } = useText();
  return (
    <div className="stack" style={{ gap: 16 }}>
      <Panel title={t("signing.sides")}>
        <Sides contract={contract} />
      </Panel>
      <Panel flush title={t("signing.evidence")}>
        <EvidenceList id={contract.id} />
      </Panel>
      <Panel title={t("signing.files")}>
        <Files id={contract.id} />
      </Panel>
    </div>
  );
}

function Sides({ contract: c }: { contract: Contract }) {
  const { t } = useText();
  return (
    <div className="sides">
      {(["customer", "provider"] as const).map((side) => {
        const s = c.signings?.find((x) => x.side === side);
        return (
          <div key={side}>
            <h3>{t(`contract.sign.${side}`)}</h3>
            {s ? (
              <>
                <span className="state" data-tone={s.confirmed_at ? "ok" : "busy"}>
                  {s.confirmed_at ? <CheckCircleOutlined aria-hidden /> : <ClockCircleOutlined aria-hidden />}
                  {s.signer} · {t(`signing.way.${s.way}`)}
                </span>
                <p className="meta">
                  <span className="num">{s.signed_on}</span>
                  {!s.confirmed_at && ` · ${t("signing.waits")}`}
                  {s.confirmed_by_name && ` · ${t("life.confirmedBy", { name: s.confirmed_by_name })}`}
                </p>
                {s.way === "paper" && <AttachmentLink file={{ id: s.attachment_id, name: t("contract.sign.scan") }} />}
              </>
            ) : (
              <span className="meta">{t("signing.notYet")}</span>
            )}
          </div>
        );
      })}
    </div>
  );
}

function EvidenceList({ id }: { id: string }) {
  const { t } = useText();
  const query = useQuery(evidenceQuery(id));
  return (
    <Loaded query={query} rows={2}>
      {(data) =>
        data.items?.length ? (
          <table className="table life-table" aria-label={t("signing.evidence")}>
            <thead>
              <tr>
                <th scope="col">{t("life.number")}</th>
                <th scope="col">{t("signing.who")}</th>
                <th scope="col">{t("signing.when")}</th>
                <th scope="col">{t("signing.hash")}</th>
                <th scope="col">{t("signing.proof")}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((e) => (
                <EvidenceRow key={e.id} e={e} />
              ))}
            </tbody>
          </table>
        ) : (
          <Empty why={t("signing.noEvidence")} />
        )
      }
    </Loaded>
  );
}

function EvidenceRow({ e }: { e: Evidence }) {
  const { t } = useText();
  return (
    <tr>
      <td>
        <span className="num">{e.reference}</span>
        <div className="meta">{t(`signing.way.${e.way}`)}</div>
      </td>
      <td>
        {e.person}
        <div className="meta">
          {t(e.side === "provider" ? "contract.sign.provider" : "contract.sign.customer")}
          {e.login && ` · ${e.login}`}
        </div>
      </td>
      <td>
        <Instant at={e.at} />
        <div className="meta num">{e.ip}</div>
      </td>
      <td>
        <code className="mono" title={e.text_sha256}>
          {e.text_sha256.slice(0, 16)}…
        </code>
      </td>
      <td>
        <a href={proofHref(e.way, e.id)} target="_blank" rel="noreferrer">
          {t(e.way === "online" ? "signing.sheet" : "signing.signatureFile")}
        </a>
      </td>
    </tr>
  );
}

function Files({ id }: { id: string }) {
  const { t } = useText();
  const { can } = useSession();
  const query = useQuery(contractFilesQuery(id));
  const [file, setFile] = useState<string>();
  const add = useAct(addContractFile, { onDone: () => setFile(undefined) });
  return (
    <>
      <Loaded query={query} rows={3}>
        {(data) =>
          data.items?.length ? (
            <table className="table life-table" aria-label={t("signing.files")}>
              <thead>
                <tr>
                  <th scope="col">{t("signing.name")}</th>
                  <th scope="col">{t("signing.size")}</th>
                  <th scope="col">SHA-256</th>
                  <th scope="col">{t("signing.uploader")}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((f) => (
                  <tr key={f.id}>
                    <td className="break">
                      <AttachmentLink file={{ id: f.id, name: f.name }} />
                    </td>
                    <td>
                      <span className="num">{formatBytes(f.size)}</span>
                      <div className="meta">{f.mime.replace(/^.*[./]/, "")}</div>
                    </td>
                    <td>
                      <code className="mono" title={f.sha256}>
                        {f.sha256.slice(0, 16)}…
                      </code>
                    </td>
                    <td>
                      {f.uploaded_by_name}
                      <div className="meta">
                        <Instant at={f.uploaded_at} />
                      </div>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : (
            <Empty why={t("signing.noFiles")} />
          )
        }
      </Loaded>
      {can("contract.sign") && (
        <div className="add-file">
          <AttachmentUpload
            key={query.data?.items?.length ?? 0}
            value={file}
            onChange={setFile}
            purpose="contract_file"
            accept=".pdf,.png,.jpg,.jpeg,.xlsx,.docx"
            label={t("signing.files")}
          />
          <Button
            type="primary"
            disabled={!file}
            loading={add.isPending}
            onClick={() => file && add.mutate({ id, attachment_id: file })}
          >
            {t("signing.addFile")}
          </Button>
          <span className="meta">{t("signing.fileHint")}</span>
        </div>
      )}
    </>
  );
}
