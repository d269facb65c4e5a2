import assert from "node:assert/strict";
import { get, plus } from "./ask.mjs";
import { button, choose, field, fillDate } from "./fields.mjs";
import { suite } from "./suite.mjs";

/** Finance's day: a bank file, whose money it is, a transfer that comes back, an exception, a debt that goes to a lawyer. */
suite("money-back", "money from the bank and back", ({ stage, prepare, step, look }) => {
  let bill;

  prepare(async () => {
    const page = await stage.as("finance");
    await page.goto("/");
    bill = (await get(page, "/bills?state=overdue,issued")).items[0];
  });

  const csv = (text) => ({ name: "statement.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  const amount = () => (bill.open_fen / 100).toFixed(2);

  step("a file with a wrong amount is refused with its line and column", async () => {
    const page = await stage.as("finance");
    await stage.open(page, "/bank-lines/import");
    await page.getByLabel("选择文件").setInputFiles(csv(`日期,金额,流水号,对方户名\n${bill.issued_on},1e3,F0,某人\n`));
    await page.getByText("不是金额").waitFor();
    assert.equal(await button(page, /确认对应并导入/).isDisabled(), true);
    await look(page, "bank-import-problem");
  });

  step("a good one shows its columns, and is imported once they are confirmed", async () => {
    const page = await stage.as("finance");
    await page
      .getByLabel("选择文件")
      .setInputFiles(
        csv(
          `交易日期,借方发生额,贷方发生额,余额,交易流水号,对方户名,摘要\n${bill.issued_on},,${amount()},${(5000 + bill.open_fen / 100).toFixed(2)},F1001,${bill.customer_name},${bill.number}\n${bill.issued_on},35.00,,${(4965 + bill.open_fen / 100).toFixed(2)},F1002,本行,手续费\n${bill.issued_on},,640.00,${(5605 + bill.open_fen / 100).toFixed(2)},F1003,无名氏,货款\n`,
        ),
      );
    await page.getByText("由系统推测").waitFor();
    await look(page, "bank-import");
    await button(page, /确认对应并导入 3 条/).click();
    await page.getByRole("dialog").getByRole("button", { name: "导入对账文件" }).click();
    await page.waitForURL(/bank-lines$/);
    await look(page, "bank-lines");
  });

  step("the line that names the bill is sure and becomes a payment", async () => {
    const page = await stage.as("finance");
    await page.getByText("摘要写明账单").first().waitFor();
    await button(page, /确认 1 条可靠匹配/).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^确\s?认$/ })
      .click();
    await page.getByText("已确认 1 条").waitFor();
    await stage.settled(page);
    assert.equal(await page.getByRole("row", { name: /无名氏/ }).count(), 1, "nobody is suggested by amount alone");
    await page
      .getByRole("row", { name: /手续费/ })
      .getByRole("button", { name: "与客户无关" })
      .click();
    await page.getByRole("dialog").getByLabel("原因").fill("银行手续费");
    await page.getByRole("dialog").getByRole("button", { name: "与客户无关" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  step("the bank takes the transfer back", async () => {
    const page = await stage.as("finance");
    await stage.open(page, "/payments");
    await page.getByRole("row", { name: /F1001/ }).getByRole("button", { name: "退汇" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("原因").fill("账户冻结");
    await look(page, "bounce");
    await dialog.getByRole("button", { name: "退汇" }).click();
    await dialog.waitFor({ state: "hidden" });
    await stage.settled(page);
    await look(page, "bounced");
  });

  step("an exception is asked for by one and approved by another", async () => {
    const page = await stage.as("finance");
    await stage.open(page, "/dunning?tab=exceptions");
    await button(page, "申请例外").click();
    const dialog = page.getByRole("dialog");
    await choose(dialog, "客户", bill.customer_name);
    const until = plus(bill.due_on, 60);
    await fillDate(dialog, "至", until);
    await field(dialog, "原因").fill("客户书面申请延期");
    await look(page, "exception-ask");
    await dialog.getByRole("button", { name: "申请例外" }).click();
    await dialog.waitFor({ state: "hidden" });
    const boss = await stage.as("financelead");
    await stage.open(boss, "/dunning?tab=exceptions");
    await boss
      .getByRole("row", { name: new RegExp(bill.customer_name) })
      .getByRole("button", { name: /批\s?准/ })
      .click();
    await boss
      .getByRole("dialog")
      .getByRole("button", { name: /批\s?准/ })
      .click();
    await boss.getByRole("dialog").waitFor({ state: "hidden" });
    await look(boss, "exceptions");
    await stage.open(boss, `/customers/${bill.customer_id}`);
    await boss.getByText("例外生效中").waitFor();
    await look(boss, "customer-exception");
  });

  step("letters, refunds and cheques have their pages", async () => {
    const page = await stage.as("finance");
    await stage.open(page, "/dunning?tab=letters");
    await look(page, "letters");
    await stage.open(page, "/refunds");
    await look(page, "refunds");
    await page.getByRole("tab", { name: "支票", exact: true }).click();
    await look(page, "cheques");
  });

  step("an overdue debt goes to a lawyer", async () => {
    const page = await stage.as("finance");
    const overdue = (await get(page, "/bills?state=overdue")).items[0];
    await stage.open(page, "/collection");
    if (!overdue) return shot(page, "collection");
    await button(page, "移交催收").first().click();
    const dialog = page.getByRole("dialog");
    await choose(dialog, "客户", overdue.customer_name);
    await stage.settled(page);
    await choose(dialog, "合同", overdue.contract_number);
    await field(dialog, "律所或机构").fill("四川某某律师事务所");
    await field(dialog, "原因").fill("多次催款未付");
    await look(page, "collection-open");
    await dialog.getByRole("button", { name: "移交催收" }).click();
    await page.waitForURL(/collection\/\w+/);
    await button(page, "记费用").click();
    await field(dialog, "金额").fill("300");
    await field(dialog, "说明").fill("诉讼费");
    await dialog.getByRole("button", { name: "记费用" }).click();
    await dialog.waitFor({ state: "hidden" });
    await look(page, "collection-case");
  });
});
