import assert from "node:assert/strict";
import { businessDay, get, post, until } from "./ask.mjs";
import { button, day, field, figure, state } from "./fields.mjs";
import { suite } from "./suite.mjs";

suite("notes", "after the bill: a dispute, notes, a statement, a tax invoice", ({ stage, prepare, step, look }) => {
  prepare(async () => {
    stage.allow(403, "/api/v1/note-requests/");
  });

  const first = (page, path) => get(page, path).then((r) => r.items[0]);
  /** Gives an amount for the first line of a dialog's table, and a reason. */
  async function take(dialog, amount, reason) {
    await dialog.locator(".money-input input").first().fill(amount);
    await dialog.locator("textarea").fill(reason);
  }

  step("the customer disputes a line of the statement", async () => {
    const own = await stage.as("customer");
    const statement = await first(own, "/statements");
    assert.ok(statement, "the demo's customer has a statement");
    await stage.open(own, "/statements");
    await look(own, "statements");
    await stage.open(own, `/statements/${statement.id}`);
    await own.getByText("不构成对滞纳金的放弃").waitFor();
    await button(own, "提出争议").click();
    const dialog = own.getByRole("dialog");
    await take(dialog, "1.00", "与我方发送记录不符");
    await dialog.getByRole("button", { name: "提出争议" }).click();
    await state(own, "有争议");
    await look(own, "statement");
  });

  step("finance uphold it: a credit note, and the customer confirms", async () => {
    const finance = await stage.as("finance");
    const dispute = await first(finance, "/disputes?state=open");
    await stage.open(finance, `/bills/${dispute.bill_id}`);
    assert.equal(await figure(finance, "有争议"), "¥1.00");
    await button(finance, "争议成立").click();
    const dialog = finance.getByRole("dialog");
    await dialog.locator("textarea").fill("核对属实");
    await dialog.getByRole("button", { name: "争议成立" }).click();
    await finance.locator(".table", { hasText: "CN-" }).waitFor();
    await look(finance, "bill-notes");
    const own = await stage.as("customer");
    await own.goto(`/statements/${dispute.statement_id}`);
    await button(own, "确认无误").click();
    await own.getByRole("dialog").getByRole("button", { name: "确认无误" }).click();
    await state(own, "已确认");
  });

  step("a note above the limit waits for a second person", async () => {
    const finance = await stage.as("finance");
    const bills = await get(finance, "/bills?limit=200");
    const bill = bills.items.find((b) => b.state !== "void" && b.total_fen + b.noted_fen > 0);
    await stage.open(finance, `/bills/${bill.id}`);
    await button(finance, "更正与争议").click();
    await finance.getByRole("menuitem", { name: "开借项通知单" }).click();
    const dialog = finance.getByRole("dialog");
    await field(dialog, "费用名称").fill("补计专线费");
    await field(dialog, "金额").fill("1500");
    await field(dialog, "原因").fill("漏计");
    await dialog.getByRole("button", { name: "开借项通知单" }).click();
    await finance.getByText("等待第二人审批", { exact: true }).waitFor();
    const lead = await stage.as("financelead");
    await stage.open(lead, `/bills/${bill.id}`);
    await look(lead, "bill-note-waiting");
    await button(lead, /批\s*准/).click();
    await lead.locator(".table", { hasText: "DN-" }).waitFor();
  });

  step("a paid bill has its tax invoice asked for, answered and taken back", async () => {
    const finance = await stage.as("finance");
    const invoice = await until(finance, "the paid months are asked for", () => first(finance, "/tax-invoices?state=requested"));
    await stage.open(finance, "/tax-invoices");
    await look(finance, "tax-invoices");
    await stage.open(finance, `/tax-invoices/${invoice.id}`);
    await button(finance, "登记答复").click();
    const dialog = finance.getByRole("dialog");
    await field(dialog, "发票号码").fill("26512000000000000001");
    await dialog.getByRole("button", { name: /保\s*存/ }).click();
    await state(finance, "已开具");
    await button(finance, /红\s*冲/).click();
    await finance.getByRole("dialog").locator("textarea").fill("购方名称有误");
    await finance
      .getByRole("dialog")
      .getByRole("button", { name: /红\s*冲/ })
      .click();
    await state(finance, "红冲待确认");
    await look(finance, "tax-invoice");
  });

  step("a wrong tax rate is previewed by one and run by another", async () => {
    const finance = await stage.as("finance");
    const [year, month] = (await businessDay(finance)).split("-").map(Number);
    const wrong = {
      kind: "messages",
      from: day(year, month - 1, 1),
      to: day(year, month, 0),
      rate: "0.06",
      reason: "上月仍适用 6% 税率",
    };
    const preview = await post(finance, "/reissues", wrong);
    assert.ok(preview.expected > 0, "last month's bills bear another rate");
    await finance.goto(`/reissues?id=${preview.id}`);
    await finance.getByText("须由预览人以外的人执行").waitFor();
    await look(finance, "reissue");
    const lead = await stage.as("financelead");
    await lead.goto(`/reissues?id=${preview.id}`);
    await button(lead, /执\s*行/).click();
    await lead
      .getByRole("dialog")
      .getByRole("button", { name: /执\s*行/ })
      .click();
    await lead
      .locator(".figures div", { hasText: "已更正" })
      .getByText(String(preview.expected - preview.skipped))
      .waitFor();
  });
});
