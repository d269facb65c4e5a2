import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { violations } from "./axe.mjs";
import { button, field } from "./fields.mjs";
import { root } from "./program.mjs";
import { openStage } from "./stage.mjs";

const pictures = process.env.SCREENSHOTS === "1" ? join(root, "docs/images") : null;

describe("after the bill: a dispute, notes, a statement, a tax invoice", { concurrency: false }, () => {
  let stage;
  let broken;

  before(async () => {
    stage = await openStage();
    stage.allow(403, "/api/v1/note-requests/");
    if (pictures) mkdirSync(pictures, { recursive: true });
  });
  after(async () => {
    if (!stage) return;
    const { code, verified } = await stage.close();
    assert.equal(code, 0, "the program stops in good order");
    assert.equal(verified.code, 0, verified.report);
  });

  const step = (name, does) =>
    it(name, { timeout: 90_000 }, async (t) => {
      if (broken) return t.skip(`after "${broken}" failed`);
      try {
        await does(t);
        assert.deepEqual(stage.faults.splice(0), [], "nothing went wrong on any page");
      } catch (error) {
        broken = name;
        t.diagnostic(`what everybody saw is in ${await stage.snapshot("notes")}`);
        throw error;
      }
    });

  const picture = async (page, name) => {
    await stage.settled(page);
    assert.deepEqual(await violations(page), [], `axe on ${name}`);
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  const state = (page, word) => page.locator(".page-title .state", { hasText: word }).waitFor();
  const figure = (page, name) => page.locator(".figures div", { hasText: name }).locator("dd").first().innerText();
  const first = (page, path) => page.request.get(`/api/v1${path}`).then(async (r) => (await r.json()).items[0]);
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
    await picture(own, "statements");
    await stage.open(own, `/statements/${statement.id}`);
    await own.getByText("不构成对滞纳金的放弃").waitFor();
    await button(own, "提出争议").click();
    const dialog = own.getByRole("dialog");
    await take(dialog, "1.00", "与我方发送记录不符");
    await dialog.getByRole("button", { name: "提出争议" }).click();
    await state(own, "有争议");
    await picture(own, "statement");
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
    await picture(finance, "bill-notes");
    const own = await stage.as("customer");
    await own.goto(`/statements/${dispute.statement_id}`);
    await button(own, "确认无误").click();
    await own.getByRole("dialog").getByRole("button", { name: "确认无误" }).click();
    await state(own, "已确认");
  });

  step("a note above the limit waits for a second person", async () => {
    const finance = await stage.as("finance");
    const bills = await finance.request.get("/api/v1/bills?limit=200").then((r) => r.json());
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
    await picture(lead, "bill-note-waiting");
    await button(lead, /批\s*准/).click();
    await lead.locator(".table", { hasText: "DN-" }).waitFor();
  });

  step("a paid bill has its tax invoice asked for, answered and taken back", async () => {
    const finance = await stage.as("finance");
    for (let tries = 0; !(await first(finance, "/tax-invoices?state=requested")); tries++) {
      assert.ok(tries < 60, "the paid months were asked for");
      await finance.request.get("/api/v1/notices?limit=1");
      await finance.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_000)));
    }
    const invoice = await first(finance, "/tax-invoices?state=requested");
    await stage.open(finance, "/tax-invoices");
    await picture(finance, "tax-invoices");
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
    await picture(finance, "tax-invoice");
  });

  step("a wrong tax rate is previewed by one and run by another", async () => {
    const finance = await stage.as("finance");
    const wrong = { kind: "messages", from: "2026-10-01", to: "2026-10-31", rate: "0.06", reason: "十月仍适用 6% 税率" };
    const preview = await (await finance.request.post("/api/v1/reissues", { data: wrong })).json();
    assert.ok(preview.expected > 0, "October's bills bear another rate");
    await finance.goto(`/reissues?id=${preview.id}`);
    await finance.getByText("须由预览人以外的人执行").waitFor();
    await picture(finance, "reissue");
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
