import { get } from "./ask.mjs";
import { suite } from "./suite.mjs";

suite("wallet", "paying in advance and billing a month", ({ stage, check }) => {
  check("finance records a top-up, which somebody else confirms", async () => {
    const finance = await stage.enter("finance");
    await finance.goto("/wallets");
    await finance.getByText("须由其他人确认").waitFor(); // the demo's own, which this person has recorded
    await finance.getByRole("link", { name: /^HT-/ }).first().click();
    await finance.getByRole("tab", { name: "预存款" }).waitFor();
    await finance.getByRole("button", { name: "登记充值" }).click();
    const dialog = finance.getByRole("dialog");
    await dialog.getByLabel("金额", { exact: true }).last().fill("250.00");
    await dialog.getByLabel("银行流水号").fill("E2E-250");
    await dialog.getByRole("button", { name: "登记充值" }).click();
    await finance.getByText("E2E-250").waitFor();

    const lead = await stage.enter("financelead");
    await lead.goto("/wallets");
    const row = lead.getByRole("row", { name: /E2E-250/ });
    await row.getByRole("button", { name: "确认到账" }).click();
    await lead.getByRole("dialog").getByText("充值 ¥250.00").waitFor();
    await lead.getByRole("dialog").getByRole("button", { name: "确认到账" }).click();
    await row.waitFor({ state: "detached" });

    await finance.reload();
    await finance
      .getByRole("row", { name: /E2E-250/ })
      .getByText("已入账")
      .waitFor();
    await stage.settled(finance);
  });

  check("a preview goes on by itself and is found again at its address", async () => {
    const finance = await stage.enter("finance");
    await finance.goto("/bill-run");
    await finance.getByText("最近的出账").waitFor();
    await finance.getByRole("button", { name: "预览" }).click();
    await finance.waitForURL(/run=/);
    await finance.getByText("此前已出账").waitFor();
    const address = finance.url();
    await finance.goto("/");
    await finance.goto(address);
    await finance.getByText("此前已出账").waitFor();
    await stage.settled(finance);
  });

  check("a credit above the limit waits for a second person", async () => {
    const lead = await stage.enter("financelead");
    const [fine] = (await get(lead, "/charges?state=requested")).items;
    await lead.goto(`/contracts/${fine.contract_id}?tab=charges`);
    await lead.getByRole("button", { name: "批准" }).click();
    await lead.getByRole("dialog").getByRole("button", { name: "批准" }).click();
    await lead.getByRole("dialog").waitFor({ state: "hidden" });
    await stage.settled(lead);
    await lead.getByRole("button", { name: "批准" }).waitFor({ state: "detached" });
  });
});
