import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { actOnUser, type User, usersQuery } from "@/api/staff";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { nameOf, roleNames } from "@/ui/names";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";
import { FirstPassword, NewUserDialog, RolesDialog } from "./dialogs";

type Asking = { user: User; action: "freeze" | "reset-password" };

export function UsersPage() {
  const { t } = useText();
  const { can } = useSession();
  const [creating, setCreating] = useState(false);
  const [changing, setChanging] = useState<User | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [secret, setSecret] = useState<{ login: string; password: string } | null>(null);
  const act = useAct(actOnUser, {
    done: t("user.done"),
    onDone: (u) => {
      setAsking(null);
      if (u?.password) setSecret({ login: u.login, password: u.password });
    },
  });
  const columns: Column<User>[] = [
    { key: "login", title: t("user.login"), always: true, render: (u) => <code className="mono">{u.login}</code> },
    { key: "name", title: t("user.name"), render: (u) => u.name },
    { key: "roles", title: t("user.roles"), render: (u) => <Roles user={u} /> },
    { key: "customer", title: t("user.customer"), render: (u) => u.customer_name },
    { key: "state", title: t("ui.state"), render: (u) => <StateTag kind="user" state={u.state} /> },
    { key: "last", title: t("user.lastSignIn"), render: (u) => <Instant at={u.last_sign_in_at} /> },
    { key: "created", title: t("user.createdAt"), render: (u) => <Instant at={u.created_at} precision="date" /> },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (u) => (
        <span className="row-actions">
          {allows(u, "roles") && (
            <Button size="small" onClick={() => setChanging(u)}>
              {t("user.setRoles")}
            </Button>
          )}
          {allows(u, "reset-password") && (
            <Button size="small" onClick={() => setAsking({ user: u, action: "reset-password" })}>
              {t("user.reset")}
            </Button>
          )}
          {allows(u, "freeze") && (
            <Button size="small" danger onClick={() => setAsking({ user: u, action: "freeze" })}>
              {t("user.freeze")}
            </Button>
          )}
          {allows(u, "unfreeze") && (
            <Button size="small" onClick={() => act.mutate({ id: u.id, action: "unfreeze" })}>
              {t("user.unfreeze")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t("nav.users")}
      actions={
        can("user.write") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
            {t("user.create")}
          </Button>
        )
      }
    >
      <DataTable
        id="users"
        label={t("nav.users")}
        columns={columns}
        query={usersQuery}
        rowKey={(u) => u.id}
        search={t("user.search")}
        filters={[{ key: "state", single: true, label: t("ui.state"), options: stateOptions("user", t) }]}
        empty={{ why: t("user.empty") }}
      />
      <NewUserDialog open={creating} onClose={() => setCreating(false)} onSecret={setSecret} />
      <RolesDialog user={changing} onClose={() => setChanging(null)} />
      <FirstPassword secret={secret} onClose={() => setSecret(null)} />
      <ConfirmTotals
        open={asking !== null}
        title={asking?.action === "freeze" ? t("user.freeze") : t("user.reset")}
        sentence={
          asking && t(asking.action === "freeze" ? "user.freezeSentence" : "user.resetSentence", { name: asking.user.name })
        }
        confirm={asking?.action === "freeze" ? t("user.freeze") : t("user.reset")}
        danger
        busy={act.isPending}
        onConfirm={() => asking && act.mutate({ id: asking.user.id, action: asking.action })}
        onCancel={() => setAsking(null)}
      />
    </Page>
  );
}

/** The roles that hold; and those asked for, which wait for the security administrator. */
function Roles({ user }: { user: User }) {
  const { t } = useText();
  const names = (roles: readonly string[] | null) => (roles ?? []).map((r) => nameOf(roleNames, r, t)).join("、");
  const asked = (user.requested_roles ?? []).filter((r) => !user.roles?.includes(r));
  return (
    <>
      {names(user.roles)}
      {asked.length > 0 && <span className="meta"> {t("user.requested", { roles: names(asked) })}</span>}
    </>
  );
}
