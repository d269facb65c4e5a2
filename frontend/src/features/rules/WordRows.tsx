import { ExclamationCircleOutlined } from "@ant-design/icons";
import { Checkbox } from "antd";
import { useState } from "react";
import type { WordsPreview } from "@/api/rules";
import { useText } from "@/i18n";
import { formatCount } from "@/ui/money";

type Props = {
  rows: NonNullable<WordsPreview["rows"]>;
  left: ReadonlySet<string>;
  onChoose: (word: string, chosen: boolean) => void;
};

const shown = 500;

/** The words, the most frequent first; those that say too little are marked and not chosen. */
export function WordRows({ rows, left, onChoose }: Props) {
  const { t } = useText();
  const [only, setOnly] = useState(false);
  const list = only ? rows.filter((r) => r.too_common) : rows;
  return (
    <>
      <div className="table-tools">
        <Checkbox checked={only} onChange={(e) => setOnly(e.target.checked)}>
          {t("rules.words.only")}
        </Checkbox>
        {list.length > shown && <span className="meta">{t("rules.words.more", { count: shown })}</span>}
      </div>
      <div className="table-wrap">
        <table className="table" aria-label={t("rules.words.word")}>
          <thead>
            <tr>
              <th scope="col">{t("rules.words.word")}</th>
              <th scope="col">{t("rules.words.tag")}</th>
              <th scope="col" data-numeric>
                {t("rules.words.messages")}
              </th>
              <th scope="col" data-numeric>
                {t("rules.words.share")}
              </th>
              <th scope="col" aria-label={t("rules.words.tooCommon")} />
            </tr>
          </thead>
          <tbody>
            {list.slice(0, shown).map((r) => (
              <tr key={`${r.line} ${r.word}`}>
                <td>
                  <Checkbox checked={!left.has(r.word)} onChange={(e) => onChoose(r.word, e.target.checked)}>
                    {r.word}
                  </Checkbox>
                </td>
                <td>{r.tag}</td>
                <td data-numeric>{r.messages === 0 ? <span className="meta">0</span> : formatCount(r.messages)}</td>
                <td data-numeric>{r.messages === 0 ? "" : `${(100 * r.share).toFixed(1)}%`}</td>
                <td>
                  {r.too_common && (
                    <span className="state" data-tone="warn">
                      <ExclamationCircleOutlined aria-hidden /> {t("rules.words.tooCommon")}
                    </span>
                  )}{" "}
                  {r.known && <span className="meta">{t("rules.words.inBank")}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
