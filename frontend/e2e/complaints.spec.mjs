import assert from "node:assert/strict";
import { violations } from "./axe.mjs";
import { button, fill, pdf } from "./fields.mjs";
import { suite } from "./suite.mjs";

suite("complaints", "a recipient complains: found, asked, closed, appealed", ({ stage, step, look, shoot }) => {
  let phone; // of a message that a customer of the demo sent
  let address; // of the complaint
  let appeal; // of the appeal
  const get = async (page, path) => {
    const answer = await page.request.get(`/api/v1${path}`);
    assert.equal(answer.status(), 200, path);
    return answer.json();
  };
  /** What another person did meanwhile is seen when the page is loaded. */
  const anew = async (page, to) => {
    await page.goto(to);
    await stage.settled(page);
  };
  const dialog = (page) => page.getByRole("dialog").filter({ visible: true });
  const state = (page, word) => page.locator(".page-title .state", { hasText: word }).waitFor();
  const act = async (page, name, values = {}, more = async () => undefined) => {
    await button(page, name).click();
    await fill(dialog(page), values);
    await more(dialog(page));
    await button(dialog(page), name).click();
    await dialog(page).waitFor({ state: "hidden" });
  };

  step("compliance registers it and names the message among those to the number", async () => {
    const page = await stage.as("compliance");
    const own = await stage.as("customer");
    const batch = (await get(own, "/batches?state=done")).items[0];
    const lead = await stage.as("compliancelead");
    const shown = await lead.request.post(`/api/v1/evidence/batches/${batch.id}/messages/1`, {
      data: { purpose: "audit", grounds: "浏览器测试", unmask: true },
    });
    phone = (await shown.json()).phone;

    await stage.open(page, "/complaints");
    await look(page, "complaints-empty");
    await button(page, "登记投诉").click();
    await fill(dialog(page), { 投诉人号码: "1380000", 投诉内容: "没有在这家买过东西，不要再发短信" });
    await look(page, "complaint-form");
    await button(dialog(page), "登记投诉").click();
    await dialog(page).locator(".ant-form-item-explain-error").first().waitFor();
    stage.faults.splice(0); // the number was wrong on purpose
    await fill(dialog(page), { 投诉人号码: phone });
    await button(dialog(page), "登记投诉").click();
    await page.waitForURL(/\/complaints\/\w+$/);
    address = new URL(page.url()).pathname;
    await state(page, "待处理");
    assert.equal(await page.getByText(phone, { exact: true }).count(), 0, "the number is masked");
    await look(page, "complaint-open");

    await button(page, "查找短信").click();
    const mine = dialog(page).getByRole("row", { name: new RegExp(`${batch.number} #1$|${batch.number} #1 `) });
    await mine.waitFor();
    await look(page, "complaint-candidates");
    await button(mine, "就是这条").click();
    await dialog(page).waitFor({ state: "hidden" });
    await page.getByRole("link", { name: "批次第 1 条" }).waitFor();
  });

  step("the customer is asked, and answers with its proof", async () => {
    const page = await stage.as("compliance");
    await act(page, "转客户答复", { 备注: "请提供接收同意的证明" });
    await state(page, "待客户答复");
    const own = await stage.as("customer");
    await anew(own, "/complaints");
    await own.locator(".state", { hasText: "待客户答复" }).waitFor();
    assert.equal(await own.getByRole("columnheader", { name: "被投诉客户" }).count(), 0, "it knows who it is");
    await look(own, "complaints-own");
    await stage.open(own, address);
    await act(own, "答复", { 客户答复: "该用户在门店登记过手机号，附登记单" }, async (form) => {
      await form.locator("input[type=file]").setInputFiles(pdf("登记单.pdf"));
      await form.getByText("登记单.pdf").waitFor();
    });
    await state(own, "客户已答复");
    await look(own, "complaint-answered");
  });

  step("compliance closes it as upheld, and the customer appeals", async () => {
    const page = await stage.as("compliance");
    await anew(page, address);
    await act(page, "办结", { "处理结果（对投诉人的答复）": "登记单没有同意接收短信的内容，已停发并致歉" }, (form) =>
      form.getByRole("radio", { name: "属实", exact: true }).check(),
    );
    await state(page, "已办结");
    await look(page, "complaint-closed");
    await stage.open(page, "/complaints?tab=standings");
    await page.getByRole("table", { name: "投诉率" }).getByRole("row").nth(1).waitFor();
    await look(page, "complaint-standings");

    const own = await stage.as("customer");
    await anew(own, address);
    await own.getByRole("button", { name: "申诉", exact: true }).click();
    await fill(dialog(own), { 申诉理由: "补充了用户签字的同意书" });
    await dialog(own).locator("input[type=file]").setInputFiles(pdf("同意书.pdf"));
    await dialog(own).getByText("同意书.pdf").waitFor();
    await look(own, "appeal-form");
    await button(dialog(own), "提出申诉").click();
    await dialog(own).waitFor({ state: "hidden" });
    const link = own.getByRole("link", { name: /^AP-/ });
    await link.waitFor();
    appeal = await link.getAttribute("href");
    await stage.open(own, "/appeals");
    await look(own, "appeals-own");
  });

  step("who decided can't decide again; the lead finds for the customer", async () => {
    const page = await stage.as("compliance");
    await stage.open(page, appeal);
    await state(page, "待决定");
    assert.equal(await button(page, "申诉成立").count(), 0, "not by whom it is aimed at");
    await look(page, "appeal-others");
    const lead = await stage.as("compliancelead");
    await stage.open(lead, "/appeals");
    await look(lead, "appeals");
    await stage.open(lead, appeal);
    await look(lead, "appeal-open");
    await button(lead, "申诉成立").click();
    await fill(dialog(lead), { 决定理由: "同意书有效" });
    await look(lead, "appeal-decide");
    await button(dialog(lead), "申诉成立").click();
    await state(lead, "成立");
    await look(lead, "appeal-granted");
    const own = await stage.as("customer");
    await anew(own, address);
    await own.getByText("不属实").waitFor();
  });

  step("a customer tells its complaint line, and anybody finds it by the signature", async () => {
    const own = await stage.as("customer");
    await stage.open(own, "/complaints?tab=hotlines");
    await own.getByText("尚未提供").waitFor();
    await button(own, "登记电话").click();
    await fill(dialog(own), { 投诉电话: "028-61234567", 接听时间: "每日 9:00–21:00" });
    await look(own, "hotline-form");
    await button(dialog(own), "保存").click();
    await dialog(own).waitFor({ state: "hidden" });
    await own.getByText("028-61234567").waitFor();
    await look(own, "hotlines-own");
    const page = await stage.as("compliance");
    await stage.open(page, "/complaints?tab=hotlines");
    await look(page, "hotlines");
    const anybody = await stage.enter("nobody", { signedIn: false });
    await anybody.goto("/hotlines");
    await anybody.getByLabel(/短信签名/).fill("云帆");
    await button(anybody, "查询").click();
    await anybody.getByText("没有找到").waitFor(); // a part is not enough to list our customers
    await anybody.getByLabel(/短信签名/).fill("【云帆商城】");
    await button(anybody, "查询").click();
    await anybody.getByRole("link", { name: "028-61234567" }).waitFor();
    assert.deepEqual(await violations(anybody), [], "axe on the public page");
    await shoot(anybody, "hotlines-public");
  });

  step("the lead sets other thresholds, and a carrier's file tells each line", async () => {
    const lead = await stage.as("compliancelead");
    await stage.open(lead, "/complaints?tab=standings");
    await button(lead, "投诉阈值").click();
    await look(lead, "complaint-thresholds");
    await fill(dialog(lead), { 原因: "按运营商新规" });
    await button(dialog(lead), "保存").click();
    await dialog(lead).waitFor({ state: "hidden" });
    const page = await stage.as("compliance");
    await stage.open(page, "/complaints");
    await button(page, "导入运营商文件").click();
    const rows = [
      "投诉编号,手机号码,投诉时间,投诉类型,投诉内容,短信签名",
      `YD-1,${phone},2026-01-05,骚扰,一直发,`,
      "YD-2,12345,2026-01-05,骚扰,一直发,",
    ];
    const sheet = { name: "投诉.csv", mimeType: "text/csv", buffer: Buffer.from(`${rows.join("\n")}\n`) };
    await dialog(page).locator("input[type=file]").setInputFiles(sheet);
    await dialog(page).getByText("登记 1 件，已有 0 件，有误 1 件").waitFor();
    await look(page, "complaint-import");
  });
});
