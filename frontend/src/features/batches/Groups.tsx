import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Group, groupMessagesQuery, groupsQuery, type Message } from "@/api/batches";
import { useText } from "@/i18n";
import { HighlightedText } from "@/ui/Highlighted";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Empty, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { verdictOf } from "@/ui/verdict";

export function Groups({ batch }: { batch: string }) {
  const { t } = useText();
  const query = useQuery(groupsQuery(batch));
  return (
    <Loaded query={query}>
      {(data) => (
        <Panel flush title={t("batch.groups")} extra={<span className="meta">{t("batch.groupsHint")}</span>}>
          {data.items?.length ? (
            data.items.map((g) => <GroupRow key={g.id} batch={batch} group={g} />)
          ) : (
            <Empty why={t("batch.groupsNone")} />
          )}
        </Panel>
      )}
    </Loaded>
  );
}

function GroupRow({ batch, group }: { batch: string; group: Group }) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  return (
    <article className="group">
      <StateTag kind="verdict" state={verdictOf(group)} />
      <div>
        <HighlightedText segments={group.segments} hits={group.hits} />
        <button type="button" className="link meta" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("batch.samples")}
        </button>
        {open && <Samples batch={batch} group={group.id} />}
      </div>
      <div className="group-side">
        <b className="num">{formatCount(group.messages)}</b>
      </div>
    </article>
  );
}

function Samples({ batch, group }: { batch: string; group: string }) {
  const query = useQuery(groupMessagesQuery(batch, group));
  return (
    <Loaded query={query} rows={2}>
      {(data) => (
        <div className="samples">
          {(data.items ?? []).slice(0, 8).map((m) => (
            <Row key={m.seq} message={m} />
          ))}
        </div>
      )}
    </Loaded>
  );
}

function Row({ message: m }: { message: Message }) {
  return (
    <>
      <span className="num">{m.phone}</span>
      <HighlightedText segments={m.segments} hits={m.hits} />
    </>
  );
}
