import { Form, Input, Modal, Select, Typography } from "antd";
import { useEffect } from "react";
import { createUser, setRoles, type User } from "@/api/staff";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { optionsOf, roleNames } from "@/ui/names";
import { useAct } from "@/ui/use-act";

export type Secret = { login: string; password: string };
type NewUser = { login: string; name: string; roles: string[]; customer_id?: string };

export function NewUserDialog({
  open,
  onClose,
  onSecret,
}: {
  open: boolean;
  onClose: () => void;
  onSecret: (s: Secret) => void;
}) {
  const { t, pick } = useText();
  const [form] = Form.useForm<NewUser>();
  const roles = Form.useWatch("roles", form) ?? [];
  const act = useAct(createUser, {
    quiet: true,
    done: t("user.created"),
    onDone: (u) => {
      onClose();
      if (u.password) onSecret({ login: u.login, password: u.password });
    },
  });
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  return (
    <Modal
      open={open}
      title={t("user.create")}
      okText={t("user.create")}
      cancelText={t("ui.cancel")}
      confirmLoading={act.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form
        form={form}
        layout="vertical"
        clearOnDestroy
        onFinish={(v) => act.mutate(v, { onError: (e) => void placeErrors(form, e, pick) })}
      >
        <Form.Item name="login" label={t("user.login")} extra={t("user.loginHint")} rules={must(t("user.login"))}>
          <Input maxLength={40} autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item name="name" label={t("user.name")} rules={must(t("user.name"))}>
          <Input maxLength={50} />
        </Form.Item>
        <Form.Item name="roles" label={t("user.roles")} extra={t("user.rolesHint")} rules={must(t("user.roles"))}>
          <Select mode="multiple" options={optionsOf(roleNames, t)} />
        </Form.Item>
        {roles.includes("customer") && (
          <Form.Item name="customer_id" label={t("user.customer")} rules={must(t("user.customer"))}>
            <CustomerSelect />
          </Form.Item>
        )}
        <ErrorNote error={act.error} compact />
      </Form>
    </Modal>
  );
}

export function RolesDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  const { t } = useText();
  const [form] = Form.useForm<{ roles: string[] }>();
  const act = useAct(setRoles, { quiet: true, done: t("user.rolesSaved"), onDone: onClose });
  const { reset } = act;
  useEffect(() => {
    reset();
    if (user) form.setFieldsValue({ roles: user.roles?.length ? user.roles : (user.requested_roles ?? []) });
  }, [user, form, reset]);
  return (
    <Modal
      open={user !== null}
      title={`${t("user.setRoles")} · ${user?.name ?? ""}`}
      okText={t("ui.save")}
      cancelText={t("ui.cancel")}
      confirmLoading={act.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      forceRender
    >
      <Form form={form} layout="vertical" onFinish={(v) => user && act.mutate({ id: user.id, roles: v.roles })}>
        <Form.Item name="roles" label={t("user.roles")} extra={t("user.rolesHint")}>
          <Select mode="multiple" options={optionsOf(roleNames, t)} />
        </Form.Item>
        <ErrorNote error={act.error} compact />
      </Form>
    </Modal>
  );
}

/** A password that exists in clear only here and now. */
export function FirstPassword({ secret, onClose }: { secret: Secret | null; onClose: () => void }) {
  const { t } = useText();
  return (
    <Modal
      open={secret !== null}
      title={t("user.password")}
      okText={t("ui.close")}
      cancelButtonProps={{ hidden: true }}
      onOk={onClose}
      onCancel={onClose}
    >
      <p>
        {secret?.login}{" "}
        <Typography.Text code copyable>
          {secret?.password ?? ""}
        </Typography.Text>
      </p>
      <p className="meta">{t("user.passwordOnce")}</p>
    </Modal>
  );
}
