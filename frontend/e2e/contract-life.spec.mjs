import assert from "node:assert/strict";
import { get } from "./ask.mjs";
import { button, choose, dialog, field, fill, fillDate, pdf, state, table } from "./fields.mjs";
import { suite } from "./suite.mjs";

suite("contract-life", "a contract's life after its signing", ({ stage, step, look }) => {
  let address;
  let life;

  step("sales changes the plan: the form says from when on, and only what is changed goes into it", async () => {
    const page = await stage.as("sales");
    const contract = (await get(page, "/contracts?state=active&limit=100")).items.find((c) => c.kind === "package");
    assert.ok(contract, "the demo has a contract in force");
    address = `/contracts/${contract.id}`;
    life = (await get(page, address)).life;
    await stage.open(page, address);
    await button(page, "套餐变更").click();
    const form = dialog(page);
    await form.getByText(`自 ${life.plan_change_from} 起生效`).waitFor();
    await button(form, "提交变更").click();
    await form.getByText("没有改动任何一项。").waitFor();
    await fill(form, { 月租费: "300", 原因: "业务量增长" });
    await look(page, "contract-plan-change");
    await button(form, "提交变更").click();
    await form.waitFor({ state: "hidden" });
    await page.getByRole("tab", { name: "变更与终止" }).click();
    const row = table(page, "变更与补充协议").locator("tbody tr").first();
    await row.getByText("300.00").waitFor();
    await row.getByText("已成立").waitFor();
  });

  step("a supplement is drawn up, signed by both sides and confirmed by a second person", async () => {
    const page = await stage.as("sales");
    await button(page, "补充协议").click();
    const form = dialog(page);
    await fillDate(form, "生效日期", life.supplement_from);
    await fill(form, { "超量单价（元/条）": "0.07" });
    await look(page, "contract-supplement");
    await button(form, "起草").click();
    await form.waitFor({ state: "hidden" });
    const row = table(page, "变更与补充协议").locator("tbody tr", { hasText: "0.07" });
    await row.getByText("待签署").waitFor();
    await button(row, "登记签署").click();
    const sign = dialog(page);
    await fill(sign, { "签署人 · 客户": "吴岚", "签署人 · 我方": "陈立群" });
    await field(sign, "盖章原件扫描件").setInputFiles(pdf("补充协议.pdf"));
    await sign.getByText("补充协议.pdf").waitFor();
    await button(sign, "登记签署").click();
    await sign.waitFor({ state: "hidden" });
    await row.getByText("待复核").waitFor();
    assert.equal(await button(row, "复核签章").count(), 0, "who recorded it can't confirm it");

    const second = await stage.as("compliance");
    await stage.open(second, `${address}?tab=changes`);
    await button(second, "复核签章").click();
    await look(second, "contract-supplement-confirm");
    await button(dialog(second), "复核签章").click();
    await table(second, "变更与补充协议").locator("tbody tr", { hasText: "0.07" }).getByText("已成立").waitFor();
  });

  step("the terms of any day are shown", async () => {
    const page = await stage.as("sales");
    await stage.open(page, address);
    await button(table(page, "条款变更"), life.plan_change_from).click();
    await page.getByText(`自 ${life.plan_change_from} 起执行`).waitFor();
    await stage.settled(page);
    assert.match(page.url(), new RegExp(`on=${life.plan_change_from}`));
    await look(page, "contract-as-of");
  });

  step("a price is announced in writing, and stays as it is when the customer objects", async () => {
    const page = await stage.as("sales");
    await stage.open(page, `${address}?tab=changes`);
    await button(page, "更多").click();
    await page.getByRole("menuitem", { name: "调价通知" }).click();
    const form = dialog(page);
    await fill(form, { "超量单价（元/条）": "0.09", 原因: "运营商调价" });
    await look(page, "contract-price");
    await button(form, "发出通知").click();
    await form.waitFor({ state: "hidden" });
    const row = table(page, "变更与补充协议").locator("tbody tr", { hasText: "运营商调价" });
    await row.getByRole("link", { name: /PDF/ }).waitFor();
    await button(row, "提出异议").click();
    await fill(dialog(page), { 原因: "价格过高" });
    await button(dialog(page), "提出异议").click();
    await row.getByText("已取消").waitFor();
  });

  step("a breach is asked for by one person, approved by another, and its clock is stopped", async () => {
    const lead = await stage.as("compliancelead");
    await stage.open(lead, address);
    await button(lead, "更多").click();
    await lead.getByRole("menuitem", { name: "终止合同" }).click();
    const form = dialog(lead);
    await choose(form, "终止原因", "违约");
    await form.getByText("30 日内纠正").waitFor();
    await fill(form, { 原因: "未按约定报备短信签名" });
    await look(lead, "contract-terminate");
    await button(form, "终止合同").click();
    await form.waitFor({ state: "hidden" });
    await lead.getByText("有人申请终止：违约").waitFor();
    assert.equal(await button(lead, "批准终止").count(), 0, "who asked for it can't approve it");

    const second = await stage.as("saleslead");
    await stage.open(second, `${address}?tab=changes`);
    await button(second, "批准终止").click();
    await second.getByText("终止程序进行中：违约").waitFor();
    await look(second, "contract-breach");
    await button(second, "事由已消除").click();
    await fill(dialog(second), { 原因: "已补报" });
    await button(dialog(second), "事由已消除").click();
    await table(second, "终止").getByText("已消除").waitFor();
  });

  step("what a person suspended is lifted by another", async () => {
    const page = await stage.as("compliance");
    await stage.open(page, address);
    await button(page, "更多").click();
    await page.getByRole("menuitem", { name: "停机", exact: true }).click();
    const form = dialog(page);
    await form.getByText("行为异常").click();
    await fill(form, { 事实与证据: "夜间发送量激增" });
    await button(form, "停机").click();
    await state(page, "已停机");
    await button(page, "更多").click();
    await page.getByRole("menuitem").first().waitFor();
    assert.equal(await page.getByRole("menuitem", { name: "解除停机" }).count(), 0, "who suspended it can't lift it");
    await page.keyboard.press("Escape");

    const second = await stage.as("compliancelead");
    await second.goto(address); // the page that this person has open is of before
    await stage.settled(second);
    await button(second, "更多").click();
    await second.getByRole("menuitem", { name: "解除停机" }).click();
    await fill(dialog(second), { 核查结论: "客户已说明" });
    await button(dialog(second), "解除停机").click();
    await state(second, "生效");
  });
});
