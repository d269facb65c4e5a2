import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type Registration, registrationQuery } from "@/api/registrations";
import { useText } from "@/i18n";
import { AppealButton } from "@/parts/AppealButton";
import { formNames, kindNames, shown, sourceNames, variableNames } from "@/parts/chain/names";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { categoryNames, licenceKindNames, nameOf } from "@/ui/names";
import { Facts, Page, Panel } from "@/ui/Page";
import { ScanViewer } from "@/ui/ScanViewer";
import { StateTag } from "@/ui/StateTag";
import { Due } from "./Due";
import { FilingsOf } from "./FilingsOf";
import { HandlerFacts } from "./HandlerFacts";
import { Mentions } from "./Mentions";
import { ReviewActions } from "./ReviewActions";
import "@/parts/chain/chain.css";

/** One link of the chain: what was entered beside its proof, our review, and its filings. */
export function RegistrationPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(registrationQuery(id));
  const r = query.data;
  return (
    <Page
      title={r ? shown(r) : "…"}
      crumbs={[{ label: t("nav.registrations"), to: "/registrations" }]}
      aside={
        r && (
          <>
            <StateTag kind="registration" state={r.state} /> <Due record={r} />
          </>
        )
      }
      actions={
        r && (
          <>
            {(r.state === "refused" || r.state === "lapsed") && (
              <AppealButton kind="registration" objectId={r.id} title={shown(r)} />
            )}
            <ReviewActions record={r} />
          </>
        )
      }
    >
      <Loaded query={query}>{(record) => <Body record={record} />}</Loaded>
    </Page>
  );
}

function Body({ record: r }: { record: Registration }) {
  const { t } = useText();
  const proof = r.kind === "qualification" ? t("chain.letter") : t("chain.proof");
  return (
    <>
      <div className={r.proof_attachment_id ? "review-pair" : undefined}>
        <Panel title={t(kindNames[r.kind])}>
          <What record={r} />
          {r.kind === "qualification" && <HandlerFacts record={r} />}
        </Panel>
        {r.proof_attachment_id && (
          <Panel title={proof}>
            <ScanViewer id={r.proof_attachment_id} label={proof} />
          </Panel>
        )}
      </div>
      {r.kind === "template" && <Mentions record={r} />}
      <Panel title={t("chain.filings")} flush>
        <FilingsOf record={r} />
      </Panel>
    </>
  );
}

function What({ record: r }: { record: Registration }) {
  const { t } = useText();
  const parent = useQuery({ ...registrationQuery(r.parent_id ?? ""), enabled: Boolean(r.parent_id) });
  return (
    <Facts
      columns={2}
      items={[
        { label: t("chain.what"), value: <span style={{ whiteSpace: "pre-wrap" }}>{shown(r)}</span>, wide: true },
        parent.data && {
          label: t("chain.parent"),
          value: <Link to={`/registrations/${parent.data.id}`}>{shown(parent.data)}</Link>,
        },
        Boolean(r.licences?.length) && {
          label: t("chain.licences"),
          value: r.licences?.map((k) => nameOf(licenceKindNames, k, t)).join("、"),
        },
        Boolean(r.source) && {
          label: t("chain.sourceLabel"),
          value: `${nameOf(sourceNames, r.source, t)} ${r.source_name ?? ""}`,
        },
        Boolean(r.name) && { label: t("chain.name"), value: r.name },
        Boolean(r.category) && { label: t("chain.category"), value: nameOf(categoryNames, r.category, t) },
        Boolean(r.variables?.length) && {
          label: t("chain.variables"),
          wide: true,
          value: r.variables?.map((v, i) => `{${i + 1}} ${nameOf(variableNames, v.type, t)} · ${v.name}`).join("　"),
        },
        Boolean(r.form) && { label: t("chain.formLabel"), value: nameOf(formNames, r.form, t) },
        Boolean(r.target) && { label: t("chain.target"), value: r.target },
        Boolean(r.owner) && { label: t("chain.owner"), value: r.owner },
        Boolean(r.used_by_others) && { label: t("ui.note"), value: t("chain.usedByOthers", { n: r.used_by_others ?? 0 }) },
        {
          label: t("customer.licence.submittedAt"),
          value: (
            <>
              <Instant at={r.submitted_at} /> {r.submitted_by_name}
            </>
          ),
        },
        Boolean(r.taken_by_name) && { label: t("chain.takenBy"), value: r.taken_by_name },
        r.kind === "signature" && Boolean(r.used_on) && { label: t("chain.usedOn"), value: r.used_on },
        Boolean(r.reason) && { label: t("ui.reason"), value: r.reason, wide: true },
      ]}
    />
  );
}
