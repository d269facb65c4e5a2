import assert from "node:assert/strict";
import { businessDay, get, plus } from "./ask.mjs";
import { button, choose, dialog, field, fill, fillDate, pdf, state, table } from "./fields.mjs";
import { suite } from "./suite.mjs";

suite("contracts", "contracts from the template to the signatures, and what hangs on them", ({ stage, prepare, step, look }) => {
  let client;
  let online;

  prepare(async () => {
    stage.allow(401, "/api/v1/contracts/");
  });

  const items = async (page, path) => (await get(page, path)).items;

  /** The page as somebody sees it who comes back to it. */
  async function fresh(page, address) {
    await page.goto(address);
    await stage.settled(page);
  }

  /** What a hand does, counted: a click, a text, a choice (which takes two clicks), a file. */
  function hand() {
    const h = { done: 0 };
    h.click = async (what) => {
      h.done++;
      await what.click();
    };
    h.type = async (scope, values) => {
      h.done += Object.keys(values).length;
      await fill(scope, values);
    };
    h.date = async (scope, label, day) => {
      h.done++;
      await fillDate(scope, label, day);
    };
    h.choose = async (scope, label, option) => {
      h.done += 2;
      await choose(scope, label, option);
    };
    h.file = async (scope, label, file) => {
      h.done++;
      await field(scope, label).setInputFiles(file);
      await scope.getByText(file.name).waitFor();
    };
    return h;
  }

  const blanks = {
    月租费: "100.00",
    每月包含条数: "1000",
    每日发送上限: "5000",
    超出单价: "0.085",
    签订地点: "成都市武侯区",
    法院或仲裁机构全称: "成都市武侯区人民法院",
  };

  const last = Object.values(blanks).at(-1);

  step("sales registers a package contract from the template to active in under forty interactions", async (t) => {
    const page = await stage.as("sales");
    const all = await items(page, "/contracts?limit=100");
    const busy = new Set(all.filter((c) => c.kind === "package").map((c) => c.customer_id));
    const free = all.find(
      (c) => c.state === "active" && ["prepaid", "postpaid", "centre"].includes(c.kind) && !busy.has(c.customer_id),
    );
    assert.ok(free, "the demo has a customer without a package contract");
    const day = await businessDay(page);
    await stage.open(page, `/customers/${free.customer_id}`);
    const h = hand();
    await h.click(button(page, "新建合同"));
    await h.choose(page, "合同模板", "企信通短信服务合同 · v3");
    await field(page, "合同起始日").waitFor();
    await h.date(page, "合同起始日", day);
    await h.date(page, "合同终止日", plus(day, 364));
    const kept = page.waitForResponse(
      (r) => r.request().method() === "PUT" && r.url().includes("/form-drafts/") && r.request().postData().includes(last),
    );
    await h.type(page, blanks);
    assert.equal((await kept).status(), 200);
    await page.getByText(/草稿已于 .* 保存/).waitFor();
    await page.reload(); // what was typed is kept on the server, whichever machine goes on
    await field(page, "合同起始日").waitFor();
    assert.equal(await field(page, "签订地点").inputValue(), blanks.签订地点);
    const deposit = field(page, "押金");
    if ((await deposit.inputValue()) !== "0.00") await h.type(page, { 押金: "0.00" });
    await page.getByText("必填项已填齐").waitFor();
    await look(page, "contract-form");
    await h.click(button(page, "保存并提交审核"));
    await page.waitForURL(/\/contracts\/(?!new)\w+$/);
    const address = new URL(page.url()).pathname;

    const compliance = await stage.as("compliance");
    await stage.open(compliance, address);
    await h.click(button(compliance, "审核通过"));
    await state(compliance, "待签署");

    await fresh(page, address);
    await h.click(button(page, "登记签署"));
    const form = dialog(page);
    await h.type(form, { "签署人 · 客户": "沈禾", "签署人 · 我方": "陈立群" });
    await h.file(form, "盖章原件扫描件", pdf("合同签章页.pdf"));
    await h.click(button(form, "登记签署"));
    await form.waitFor({ state: "hidden" });
    await fresh(compliance, address);
    await h.click(button(compliance, "复核签章"));
    await h.click(button(dialog(compliance), "复核签章"));
    await state(compliance, "生效");
    assert.ok(h.done < 40, `${h.done} interactions`);
    t.diagnostic(`from the template to active: ${h.done} interactions`);
  });

  step("a contract is made for signing in the portal; the customer reads it, ticks and signs, then we do", async () => {
    const page = await stage.as("sales");
    client = await stage.as("customer");
    const mine = (await items(client, "/contracts?limit=50")).filter((c) => c.kind === "package");
    const after = plus(
      mine
        .map((c) => c.end)
        .sort()
        .at(-1),
      1,
    );
    await stage.open(page, `/contracts/new?customer=${mine[0].customer_id}`);
    await choose(page, "合同模板", "企信通短信服务合同（在线签订）");
    await field(page, "合同起始日").waitFor();
    await fillDate(page, "合同起始日", after);
    await fillDate(page, "合同终止日", plus(after, 364));
    await fill(page, blanks);
    await button(page, "保存并提交审核").click();
    await page.waitForURL(/\/contracts\/(?!new)\w+$/);
    online = new URL(page.url()).pathname;
    const compliance = await stage.as("compliance");
    await stage.open(compliance, online);
    await button(compliance, "审核通过").click();
    await state(compliance, "待签署");

    await stage.open(client, online);
    await button(client, "在线签署").click();
    const form = dialog(client);
    await form.getByText("SHA-256").waitFor();
    await form.getByRole("link", { name: "阅读全文（PDF）" }).waitFor();
    await button(form, "在线签署").click();
    await form.getByText("请先阅读并勾选同意").waitFor();
    await form.getByText("我已阅读全文").click();
    await look(client, "contract-sign-online");
    await button(form, "在线签署").click();
    await form.waitFor({ state: "hidden" });

    const lead = await stage.as("saleslead");
    await stage.open(lead, online);
    await button(lead, "在线签署").click();
    await dialog(lead).getByText("我已阅读全文").click();
    await button(dialog(lead), "在线签署").click();
    await dialog(lead).waitFor({ state: "hidden" });
    await stage.open(client, `${online}?tab=signing`);
    await table(client, "签署证据").locator("tbody tr").nth(1).waitFor();
    await table(client, "签署证据").getByText("在线接受").first().waitFor();
    await look(client, "contract-evidence");
    const sheet = await client.request.get(
      await table(client, "签署证据").getByRole("link", { name: "存证单" }).first().getAttribute("href"),
    );
    assert.equal(sheet.headers()["content-type"], "application/pdf");
  });

  step("a supplement changes a price from a date: drawn up by sales, signed by the customer with a key and by us", async () => {
    const page = await stage.as("sales");
    const active = (await items(client, "/contracts?state=active&limit=50")).find((c) => c.kind === "package");
    const address = `/contracts/${active.id}`;
    await stage.open(page, address);
    await button(page, "补充协议").click();
    const form = dialog(page);
    const day = plus(await businessDay(page), 20);
    await fillDate(form, "生效日期", day);
    await fill(form, { "超量单价（元/条）": "0.07", 原因: "量大优惠" });
    await button(form, "起草").click();
    await form.waitFor({ state: "hidden" });
    for (const [login, who] of [
      ["customer", client],
      ["saleslead", await stage.as("saleslead")],
    ]) {
      await fresh(who, `${address}?tab=changes`);
      const row = table(who, "变更与补充协议").locator("tbody tr", { hasText: "量大优惠" });
      await button(row, "电子签名").click();
      await dialog(who).getByText("我已阅读全文").click();
      await fill(dialog(who), { "登录密码（再次确认本人）": stage.program.password(login) });
      await button(dialog(who), "电子签名").click();
      await dialog(who).waitFor({ state: "hidden" });
    }
    await fresh(page, `${address}?tab=changes`);
    await table(page, "变更与补充协议").locator("tbody tr", { hasText: "量大优惠" }).getByText("已成立").waitFor();
    await stage.open(page, `${address}?tab=terms&on=${day}`);
    await page.getByText("0.07").first().waitFor();
    await look(page, "contract-supplement-due");
  });

  step("an offer is confirmed by the customer; the calendar and the registers show what falls due", async () => {
    const page = await stage.as("sales");
    const active = (await items(client, "/contracts?state=active&limit=50")).find((c) => c.kind === "package");
    await stage.open(page, `/contracts/${active.id}?tab=annexes`);
    await button(page, "出具文件").first().click();
    const form = dialog(page);
    await fill(form, { 名称: "双十一活动短信", "项目 1": "营销短信", "数量 1": "100000", "单价（元） 1": "0.045" });
    await look(page, "contract-annex");
    await button(form, "出具文件").click();
    await form.waitFor({ state: "hidden" });
    await fresh(client, `/contracts/${active.id}?tab=annexes`);
    const row = table(client, "报价、订单与确认单").locator("tbody tr", { hasText: "双十一活动短信" });
    await button(row, "确认").click();
    await dialog(client).getByText("4,500.00").first().waitFor();
    await dialog(client).getByText("我已阅读全文").click();
    await button(dialog(client), "确认").click();
    await row.getByText("已确认").waitFor();

    await stage.open(page, "/obligations");
    await table(page, "履约日历").locator("tbody tr").first().waitFor();
    await look(page, "obligations");
    await page.getByText("月历").click();
    await page.getByRole("table", { name: /月历/ }).waitFor();
    await look(page, "obligations-month");
    const ics = await page.request.get(await page.getByRole("link", { name: "导出日历（ICS）" }).getAttribute("href"));
    assert.match(await ics.text(), /BEGIN:VCALENDAR/);
    await stage.open(page, "/registers");
    await page.getByText("没有登记不可抗力").waitFor();
    await look(page, "registers");
  });

  step("the terms of service are written by one person, announced by another, accepted by the customer", async () => {
    const lead = await stage.as("saleslead");
    const day = await businessDay(lead);
    await stage.open(lead, "/service-terms");
    await button(lead, "起草新版").click();
    const form = dialog(lead);
    await fillDate(form, "生效日期", day);
    await fill(form, {
      "项目 1": "短信",
      "含税价格 1": "0.05 元/条",
      "说明 1": "按成功发送计",
      法院或仲裁机构全称: "成都市武侯区人民法院",
    });
    await button(form, "保存草稿").click();
    await form.waitFor({ state: "hidden" });
    assert.equal(await button(lead, "公告").count(), 0, "who wrote them can't announce them");
    const second = await stage.as("compliancelead");
    await stage.open(second, "/service-terms");
    await button(second, "公告").click();
    await button(dialog(second), "公告").click();
    await dialog(second).waitFor({ state: "hidden" });
    await stage.open(client, "/service-terms");
    await button(client, "阅读并接受").click();
    await dialog(client).getByText("我已阅读全文").click();
    await button(dialog(client), "阅读并接受").click();
    await client.getByText(/接受$/).first().waitFor();
    await look(client, "service-terms");
  });
});
