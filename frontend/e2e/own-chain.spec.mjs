import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { violations } from "./axe.mjs";
import { button, choose, field, fill, pdf } from "./fields.mjs";
import { openStage } from "./stage.mjs";

const pictures = process.env.CORNER_PICTURES ?? null;
const headers = { "Sec-Fetch-Site": "same-origin" };

/** Orders that were shipped, with the columns of the demo's template but one, which is named otherwise. */
const shipped = {
  name: "发货.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(
    `手机号,姓名,单号,发货日期,实付金额\n${[1, 2, 3, 4, 5].map((n) => `1381111000${n},客户${n},2026110${n},11月${n}日,${n}8.50元`).join("\n")}\n`,
  ),
};
const list = (name, phones) => ({ name, mimeType: "text/csv", buffer: Buffer.from(`手机号\n${phones.join("\n")}\n`) });

describe("templates, faults of data, restrictions and a customer's own approval", { concurrency: false }, () => {
  let stage;
  let broken;
  let customer;
  before(async () => {
    stage = await openStage();
    if (pictures) mkdirSync(pictures, { recursive: true });
  });
  after(async () => {
    if (!stage) return;
    const { code, verified } = await stage.close();
    assert.equal(code, 0, "the program stops in good order");
    assert.equal(verified.code, 0, verified.report);
  });

  const step = (name, does) =>
    it(name, { timeout: 120_000 }, async (t) => {
      if (broken) return t.skip(`after "${broken}" failed`);
      try {
        await does(t);
        assert.deepEqual(stage.faults.splice(0), [], "nothing went wrong on any page");
      } catch (error) {
        broken = name;
        t.diagnostic(`what everybody saw is in ${await stage.snapshot("own-chain")}`);
        throw error;
      }
    });
  const look = async (page, name) => {
    await page.mouse.move(700, 25);
    await stage.settled(page);
    assert.deepEqual(await violations(page), [], `axe on ${name}`);
    if (!pictures) return;
    for (const width of [1440, 1024]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true, animations: "disabled" });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  };
  const shown = (page) => page.getByRole("dialog").filter({ visible: true });
  const get = async (page, path) => (await page.request.get(`/api/v1${path}`)).json();

  step(
    "sales takes a registered template, sees what it says and which columns fill it, and maps the one that is named otherwise",
    async () => {
      const page = await stage.as("sales");
      customer = (await get(page, "/customers?q=云帆")).items[0];
      const contracts = (await get(page, `/contracts?state=active&customer_id=${customer.id}`)).items;
      await stage.open(page, "/batches/new");
      await choose(page, "合同", contracts[0].number);
      await choose(page, "签名", "云帆商城");
      await page.getByText("登记模板", { exact: true }).click();
      const search = page.getByRole("combobox", { name: "登记模板" });
      await search.click();
      await search.fill("发货");
      await page.locator(".ant-select-dropdown:visible .ant-select-item-option", { hasText: "发货通知" }).click();
      const columns = page.getByRole("table", { name: "变量取自文件的哪一列" });
      await columns.getByRole("row", { name: /\{4\} 金额 实付金额/ }).waitFor();
      await page.getByText("王小明您好，您的订单204816已于11月23日发货").waitFor();
      await page.locator(".ant-select-disabled", { hasText: "通知" }).waitFor(); // the category is the template's
      await look(page, "batch-template");
      await field(page, "文件").setInputFiles(shipped);
      await button(page, "上传后先预览").click();
      await page.waitForURL(/\/batches\/(?!new)\w+$/);
      const filled = page.getByRole("list", { name: "列与变量的对应" });
      await filled.getByText("没有对应的列").waitFor();
      await choose(page, "“单号”列的用途", "{订单号}");
      await filled.getByText("第 3 列 单号").waitFor();
      await filled.getByText("没有对应的列").waitFor({ state: "detached" });
      await page.getByText("【云帆商城】客户1您好，您的订单20261101已于11月1日发货，实付18.50元").waitFor();
      await look(page, "batch-template-preview");
      await button(page, "提交批次").click();
      await page.locator(".page-title .state", { hasText: "待审核" }).waitFor({ timeout: 60_000 });
      await page.getByRole("link", { name: "发货通知" }).waitFor();
    },
  );

  step(
    "a template with a link that is not registered is refused with its place; with a registered one its review shows it",
    async () => {
      const page = await stage.as("sales");
      await stage.open(page, `/customers/${customer.id}?tab=chain`);
      await button(page, "登记模板").click();
      const dialog = shown(page);
      await choose(dialog, "依附于", "云帆商城");
      await fill(dialog, { 模板内容: "您的订单已发货，详情见 other.example.com 查看。", 模板名称: "物流查询" });
      stage.allow(422, "/api/v1/customers/");
      await dialog.locator(".ant-modal-footer .ant-btn-primary").click();
      await dialog.getByText("第 13–29 个字符“other.example.com”没有在这个签名下登记，请先登记这个链接").first().waitFor();
      await look(page, "template-refused");
      await fill(dialog, { 模板内容: "您的订单已发货，详情见 www.yunfan.com/o 查看，客服电话400-810-1234。" });
      await dialog.locator(".ant-modal-footer .ant-btn-primary").click();
      await dialog.waitFor({ state: "hidden" });
      const made = (await get(page, `/customers/${customer.id}/registrations?kind=template&state=submitted`)).items[0];
      const compliance = await stage.as("compliance");
      await stage.open(compliance, `/registrations/${made.id}`);
      const mentions = compliance.getByRole("table", { name: "引流信息" });
      await mentions.getByRole("row", { name: /400-810-1234 号码 第 37–48 个字符 400-810-1234 已通过/ }).waitFor();
      await look(compliance, "template-review");
    },
  );

  step("compliance notes a fault with a last day; the customer corrects its contacts, and another person looks", async () => {
    const compliance = await stage.as("compliance");
    await stage.open(compliance, `/customers/${customer.id}?tab=faults`);
    await button(compliance, "登记资料问题").click();
    const raise = shown(compliance);
    await choose(raise, "哪一项", "联系人");
    await fill(raise, { 有什么问题: "登记电话是空号，请更正" });
    await look(compliance, "fault-raise");
    await button(raise, "登记资料问题").click();
    await compliance
      .getByRole("row", { name: /联系人 登记电话是空号/ })
      .getByText("待更正")
      .waitFor();
    await look(compliance, "fault-tab");

    const own = await stage.as("customer");
    await stage.open(own, "/");
    await own.getByRole("link", { name: /1 需要更正的资料/ }).click();
    const wrong = own.getByRole("table", { name: "需要更正的资料" });
    await wrong.getByText("逾期暂停").waitFor();
    await look(own, "fault-own");
    await button(wrong, "更正").click();
    const propose = shown(own);
    await field(propose, "电话").fill("13880009999");
    await look(own, "fault-propose");
    await button(propose, "申请变更资料").click();
    await own.getByText(/联系人：.* 13880009999/).waitFor();

    const sales = await stage.as("sales");
    await stage.open(sales, "/proposals?state=open");
    await button(sales.getByRole("row", { name: /13880009999/ }), "接受").click();
    await sales.getByRole("row", { name: /13880009999/ }).waitFor({ state: "detached" });
    const lead = await stage.as("compliancelead");
    await stage.open(lead, "/faults?state=corrected");
    await look(lead, "faults");
    await button(lead.getByRole("row", { name: /联系人/ }), "核对无误").click();
    await field(shown(lead), "核对了什么").fill("已回拨核实");
    await button(shown(lead), "核对无误").click();
    await lead.getByRole("row", { name: /联系人/ }).waitFor({ state: "detached" });
  });

  step("an emergency stop stands among the customer's restrictions; it appeals, and another lead grants it", async () => {
    const lead = await stage.as("compliancelead");
    const stop = await lead.request.post("/api/v1/handoff/stops", {
      headers,
      data: { scope: "customer", object_id: customer.id, reason: "监管部门来电，内容涉嫌违规" },
    });
    assert.ok(stop.ok(), await stop.text());
    const own = await stage.as("customer");
    await stage.open(own, "/restrictions");
    const panel = own.locator("section.panel", { hasText: "紧急停发：全部发送" });
    await panel.getByText("监管部门来电，内容涉嫌违规").waitFor();
    await panel.getByText("由合规负责人解除").waitFor();
    await look(own, "restrictions");
    await button(panel, "提出申诉").click();
    await shown(own).getByText("监管部门来电，内容涉嫌违规").waitFor();
    await field(shown(own), "申诉理由").fill("内容已按要求修改，附说明");
    await look(own, "restriction-appeal");
    await button(shown(own), "提出申诉").click();
    const filed = panel.getByRole("link", { name: /申诉/ });
    await filed.waitFor();
    const address = await filed.getAttribute("href");
    await stage.open(lead, address);
    assert.equal(await button(lead, "申诉成立").count(), 0, "who set the stop does not decide");
    const other = await stage.as("compliancelead2");
    await stage.open(other, address);
    await button(other, "申诉成立").click();
    await field(shown(other), "决定理由").fill("已核实");
    await button(shown(other), "申诉成立").click();
    await other.getByText("已解除停发").waitFor();
    await own.goto("/restrictions");
    await panel.waitFor({ state: "detached" });
  });

  step("finance picks the payment that a proof is about", async () => {
    const own = await stage.as("customer");
    const finance = await stage.as("finance");
    const paid = (await get(finance, `/payments?customer_id=${customer.id}&method=transfer&limit=1`)).items[0];
    await stage.open(own, "/payment-proofs");
    await button(own, "上传付款凭证").first().click();
    const send = shown(own);
    await send
      .locator(".money-input input")
      .first()
      .fill(String(paid.amount_fen / 100));
    await field(send, "汇款户名").fill("成都云帆电子商务有限公司");
    await field(send, "流水号").fill(paid.reference);
    await send.locator("input[type=file]").setInputFiles(pdf("回单.pdf"));
    await send.locator(".attach-link").waitFor();
    await button(send, "上传付款凭证").click();
    await send.waitFor({ state: "hidden" });
    await stage.open(finance, "/payment-proofs");
    await button(finance.getByRole("row", { name: new RegExp(paid.reference) }), "对应到账").click();
    const match = shown(finance);
    await field(match, "按收款编号或流水号查找该客户的其他收款").fill(paid.number);
    await match.getByText(paid.number).waitFor();
    await look(finance, "proof-match");
    await match.getByRole("radio").first().check();
    await button(match, "对应到账").click();
    await match.waitFor({ state: "hidden" });
    await finance
      .getByRole("row", { name: new RegExp(paid.reference) })
      .getByText("已到账")
      .waitFor();
  });

  step("a customer wants its batches approved by its own people: one submits, another releases or declines", async () => {
    const own = await stage.as("customer");
    await stage.open(own, "/house");
    await button(own, "新增人员").first().click();
    await fill(shown(own), { 登录名: "yunfan.batch", 姓名: "周敏" });
    await button(shown(own), "新增人员").click();
    const password = await shown(own).locator("code").innerText();
    await button(own, "已保存").click();
    await own.getByRole("tab", { name: "安全" }).click();
    await own.getByRole("switch").first().click();
    await own.locator(".ant-switch-checked").waitFor();

    stage.allow(401, "/api/v1/session"); // nobody yet
    const hers = await stage.enter("yunfan.batch", { signedIn: false });
    await hers.goto("/");
    await fill(hers, { 账号: "yunfan.batch", 密码: password });
    await button(hers, "登录").click();
    await fill(hers, { 当前密码: password, 新密码: "Zhou-min-2026-own" });
    await button(hers, "修改密码").click();
    await hers.getByRole("heading", { name: /周敏，现在有什么要处理/ }).waitFor();
    const contract = (await get(hers, "/contracts?state=active")).items[0].number;
    const submit = async (name, phones) => {
      await stage.open(hers, "/batches/new");
      await choose(hers, "合同", contract);
      await choose(hers, "签名", "云帆商城");
      await hers.getByText("号码清单加统一内容").click();
      await field(hers, "短信内容").fill("【云帆商城】门店周末照常营业，欢迎到店自提。");
      await field(hers, "文件").setInputFiles(list(name, phones));
      await button(hers, "提交并上传").click();
      await hers.waitForURL(/\/batches\/(?!new)\w+$/);
      await hers.getByText("等待本企业审批人放行").waitFor({ timeout: 60_000 });
      assert.equal(await button(hers, "放行").count(), 0, "nobody releases what they submitted");
      return new URL(hers.url()).pathname;
    };
    const first = await submit("一.csv", ["13811110011", "13811110013"]);
    await look(hers, "release-waits");
    await own.goto("/");
    await own.getByRole("link", { name: /1 批次待内部审批/ }).waitFor();
    await stage.open(own, first);
    await look(own, "release-decide");
    await button(own, "放行").first().click();
    await own.locator(".page-title .state", { hasText: "待审核" }).waitFor();
    await own.getByText(/已放行 .*吴岚/).waitFor();

    const second = await submit("二.csv", ["13811110015", "13811110017"]);
    await stage.open(own, second);
    await button(own, "不放行").click();
    assert.ok(await button(shown(own), "不放行").isDisabled(), "the submitter is to read why");
    await field(shown(own), "原因").fill("门店周末不营业");
    await button(shown(own), "不放行").click();
    await own.locator(".page-title .state", { hasText: "已取消" }).waitFor();
    await hers.goto(second);
    await hers.getByText("门店周末不营业").first().waitFor();
    await look(hers, "release-declined");
  });
});
