import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { sessionQuery, signOut } from "@/api/session";
import { useText } from "@/i18n";
import { PasswordForm } from "./PasswordForm";

/** A first password is known to whoever made the account: nothing else works before it is changed. */
export function MustChangePage() {
  const { t } = useText();
  const client = useQueryClient();
  const leave = async () => {
    await signOut();
    client.setQueryData(sessionQuery.queryKey, null);
  };
  return (
    <main className="signin-form alone-page">
      <div className="signin-card">
        <h1>{t("app.mustChange.title")}</h1>
        <p className="quiet">{t("app.mustChange.text")}</p>
        <PasswordForm extra={<Button onClick={() => void leave()}>{t("app.signOut")}</Button>} />
      </div>
    </main>
  );
}
