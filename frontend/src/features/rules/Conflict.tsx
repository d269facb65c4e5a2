import { Button } from "antd";
import { useText } from "@/i18n";

type Props = { theirs: string; mine: string; name: string; onTheirs: () => void; onMine: () => void };

/** Two people wrote the same document: both sides, and a choice. */
export function Conflict({ theirs, mine, name, onTheirs, onMine }: Props) {
  const { t } = useText();
  return (
    <section className="panel rule-conflict" role="alert">
      <p>{t("rules.edit.conflict", { name })}</p>
      <div className="rule-sides">
        <div>
          <h2>{t("rules.edit.theirsText")}</h2>
          <pre className="mono">{theirs}</pre>
          <Button onClick={onTheirs}>{t("rules.edit.theirs")}</Button>
        </div>
        <div>
          <h2>{t("rules.edit.mineText")}</h2>
          <pre className="mono">{mine}</pre>
          <Button onClick={onMine}>{t("rules.edit.mine")}</Button>
        </div>
      </div>
    </section>
  );
}
