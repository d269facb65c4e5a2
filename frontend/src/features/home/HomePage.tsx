import { ArrowRightOutlined, CheckCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { type Home, homeQuery, type Queue } from "@/api/home";
import { type TextKey, useText } from "@/i18n";
import type { Capability } from "@/session/capability";
import { useRecent } from "@/session/recent";
import { useSession } from "@/session/session";
import { LinkTo } from "@/ui/LinkTo";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Figures, Page, Panel } from "@/ui/Page";
import "./home.css";

const queueNames: Readonly<Record<string, TextKey>> = {
  licences_submitted: "home.queue.licences_submitted",
  registrations_submitted: "home.queue.registrations_submitted",
  filings_queued: "home.queue.filings_queued",
  filings_overdue: "home.queue.filings_overdue",
  filings_refused: "home.queue.filings_refused",
  contracts_to_review: "home.queue.contracts_to_review",
  batches_to_review: "home.queue.batches_to_review",
  contracts_draft: "home.queue.contracts_draft",
  contracts_to_sign: "home.queue.contracts_to_sign",
  licences_expiring: "home.queue.licences_expiring",
  bills_overdue: "home.queue.bills_overdue",
  bills_open: "home.queue.bills_open",
  contracts_suspended: "home.queue.contracts_suspended",
  batches_moving: "home.queue.batches_moving",
  batches_stuck: "home.queue.batches_stuck",
  batches_confirming: "home.queue.batches_confirming",
  proposals_open: "home.queue.proposals_open",
  faults_to_check: "home.queue.faults_to_check",
  faults_open: "home.queue.faults_open",
  proofs_open: "home.queue.proofs_open",
  tickets_open: "home.queue.tickets_open",
  tickets_answered: "home.queue.tickets_answered",
  deliveries_aside: "home.queue.deliveries_aside",
  freezes_held: "home.queue.freezes_held",
  incidents_open: "home.queue.incidents_open",
  requests_to_answer: "home.queue.requests_to_answer",
  complaints_to_work: "home.queue.complaints_to_work",
  complaints_overdue: "home.queue.complaints_overdue",
  complaints_to_answer: "home.queue.complaints_to_answer",
  appeals_filed: "home.queue.appeals_filed",
  leaks_open: "home.queue.leaks_open",
  calls_due: "home.queue.calls_due",
  announcements_to_publish: "home.queue.announcements_to_publish",
  charges_to_approve: "home.queue.charges_to_approve",
  users_locked: "home.queue.users_locked",
};

const figureNames: Readonly<Record<string, TextKey>> = {
  contracts_active: "home.figure.contracts_active",
  parts_this_month: "home.figure.parts_this_month",
};

/** "What needs me?" first; every number leads to the rows behind it. */
export function HomePage() {
  const { t } = useText();
  const { session } = useSession();
  const query = useQuery(homeQuery);
  return (
    <Page
      title={t("home.hello", { name: session.user.name })}
      name={t("nav.home")}
      crumbs={null}
      actions={<Shortcuts />}
      sub={query.data && <span className="num">{t("home.today", { day: query.data.today ?? "" })}</span>}
    >
      <Loaded query={query}>{(home) => <Bench home={home} />}</Loaded>
    </Page>
  );
}

function Bench({ home }: { home: Home }) {
  const { t } = useText();
  const recent = useRecent();
  const queues = home.queues ?? [];
  const todo = queues.filter((q) => q.tone === "todo");
  const watch = queues.filter((q) => q.tone === "watch");
  const figures = home.figures ?? [];
  const idle = todo.every((q) => q.count === 0);
  return (
    <div className="columns">
      <div>
        <Panel title={t("home.queues")} flush>
          {idle && (
            <p className="clear" role="status">
              <CheckCircleOutlined aria-hidden /> {t("home.clear")} <span className="meta">{t("home.clearNext")}</span>
            </p>
          )}
          <Queues queues={todo} />
        </Panel>
        {watch.length > 0 && (
          <Panel title={t("home.watch")} flush>
            <Queues queues={watch} />
          </Panel>
        )}
      </div>
      <div>
        {figures.length > 0 && (
          <Figures
            items={figures.map((f) => ({
              label: nameOf(figureNames, f.key, t),
              value: (
                <LinkTo href={f.link}>
                  {f.amount_fen === undefined ? formatCount(f.count ?? 0) : <Money fen={f.amount_fen} sign />}
                </LinkTo>
              ),
            }))}
          />
        )}
        <Panel title={t("home.opened")}>
          {recent.length === 0 && <p className="meta">{t("home.noOpened")}</p>}
          <ul className="opened">
            {recent.map((r) => (
              <li key={r.to}>
                <Link to={r.to}>{r.title}</Link> <span className="meta">{r.kind}</span>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </div>
  );
}

function Queues({ queues }: { queues: readonly Queue[] }) {
  const { t } = useText();
  return (
    <ul className="queues">
      {queues.map((q) => {
        return (
          <li key={q.key} data-zero={q.count === 0 || undefined}>
            <LinkTo href={q.link}>
              <b className="num">{formatCount(q.count)}</b>
              <span>{nameOf(queueNames, q.key, t)}</span>
              <ArrowRightOutlined aria-hidden />
            </LinkTo>
          </li>
        );
      })}
    </ul>
  );
}

const shortcuts: readonly { capability: Capability; to: string; text: TextKey }[] = [
  { capability: "customer.write", to: "/customers/new", text: "nav.newCustomer" },
  { capability: "batch.submit", to: "/batches/new", text: "nav.newBatch" },
  { capability: "payment.record", to: "/payments/new", text: "nav.newPayment" },
];

/** What this person starts most often. */
function Shortcuts() {
  const { t } = useText();
  const { can } = useSession();
  const navigate = useNavigate();
  return shortcuts
    .filter((s) => can(s.capability))
    .map((s) => (
      <Button key={s.to} onClick={() => void navigate({ to: s.to })}>
        {t(s.text)}
      </Button>
    ));
}
