import type { BatchTemplate } from "@/api/batch-uploads";
import { useText } from "@/i18n";
import { carrierNames, takesNames, variableNames } from "@/parts/chain/names";
import { nameOf } from "@/ui/names";
import { Facts } from "@/ui/Page";
import { partsOf } from "./parts";
import { example, pieces } from "./template";

type Props = { template: BatchTemplate; signature: string };

/** What a registered template says, what its variables take, and which columns of the file fill them. */
export function TemplatePreview({ template, signature }: Props) {
  const { t } = useText();
  const variables = template.variables ?? [];
  const blocked = (template.carriers ?? []).filter((c) => c.standing !== "").map((c) => nameOf(carrierNames, c.carrier, t));
  const sample = example(template, signature);
  return (
    <div className="template-preview wide">
      {blocked.length > 0 && <p className="warn-note">{t("batch.template.blocked", { carriers: blocked.join("、") })}</p>}
      <Facts
        columns={1}
        items={[
          { label: t("batch.template.preview"), value: <Slots template={template} signature={signature} /> },
          {
            label: t("batch.template.example"),
            value: (
              <>
                <span className="message">{sample}</span>{" "}
                <span className="meta num">{t("batch.length", partsOf(sample, signature))}</span>
              </>
            ),
          },
        ]}
      />
      {variables.length > 0 && (
        <>
          <table className="table plain" aria-label={t("batch.template.columns")}>
            <thead>
              <tr>
                <th scope="col">{t("chain.variables")}</th>
                <th scope="col">{t("batch.template.column")}</th>
                <th scope="col">{t("batch.template.takes")}</th>
              </tr>
            </thead>
            <tbody>
              {variables.map((v, i) => (
                <tr key={v.name}>
                  <td>
                    <code className="mono">{`{${i + 1}}`}</code> {nameOf(variableNames, v.type, t)}
                  </td>
                  <td>
                    <b>{v.name}</b>
                  </td>
                  <td className="quiet">{nameOf(takesNames, v.type, t)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="meta">{t("batch.template.mapHint")}</p>
        </>
      )}
    </div>
  );
}

/** The text with its variables by name, set apart from the fixed words. */
function Slots({ template, signature }: Props) {
  return (
    <p className="message" lang="zh-CN">
      【{signature}】
      {pieces(template.text).map((p, i) =>
        "text" in p ? (
          p.text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never move
          <span key={i} className="slot">
            {template.variables?.[p.variable]?.name ?? `{${p.variable + 1}}`}
          </span>
        ),
      )}
    </p>
  );
}
